/* trace.c: notes for the page that draws a handshake.  See trace.h. */
#include "tlsstack/trace.h"

#include "tlsstack/hello.h"

void
trace_message(struct tls_trace *trace, bool sent, uint8_t kind, size_t len)
{
	uint8_t num = trace->num_messages;

	if (num == TLS_TRACE_MESSAGES)
		return;
	if ((num == 0 || trace->message[num - 1].sent != sent) && trace->num_flights < TLS_TRACE_FLIGHTS)
		trace->num_flights++;
	trace->message[num] = (struct tls_trace_message){ kind, (uint8_t)(trace->num_flights - 1), sent,
	    (uint16_t)(len < UINT16_MAX ? len : UINT16_MAX) };
	trace->num_messages++;
}

static void
add(struct tls_trace_list *list, uint32_t code)
PRE(FRESH(list) && code <= 0xffff)
ASSIGNS(*list)
{
	if (list->num < TLS_TRACE_CODES)
		list->code[list->num] = (uint16_t)code;
	if (list->num < UINT16_MAX)
		list->num++;
}

static void
add_all(struct tls_trace_list *list, struct cursor codes)
PRE(FRESH(list) && CURSOR_VALUE(codes))
ASSIGNS(*list)
{
	uint32_t code;

	while (cursor_uint(&codes, &code, 2))
	LOOP_ASSIGNS(codes.pos, code, *list)
	LOOP_INVARIANT(codes.pos <= codes.end)
	LOOP_DECREASES(codes.end - codes.pos)
		add(list, code);
}

void
trace_hello(struct tls_trace *trace, const struct client_hello *hello)
PRE(FRESH(trace) && FRESH(hello) && CURSOR_VALUE(hello->versions) && CURSOR_VALUE(hello->suites))
PRE(CURSOR_VALUE(hello->groups) && CURSOR_VALUE(hello->schemes) && CURSOR_VALUE(hello->shares))
ASSIGNS(trace->versions, trace->suites, trace->groups, trace->schemes, trace->shares)
{
	struct cursor shares = hello->shares, key;
	uint32_t group;

	add_all(&trace->versions, hello->versions);
	add_all(&trace->suites, hello->suites);
	add_all(&trace->groups, hello->groups);
	add_all(&trace->schemes, hello->schemes);
	while (cursor_uint(&shares, &group, 2) && cursor_vector(&shares, &key, 2))
	LOOP_ASSIGNS(shares.pos, group, key, trace->shares)
	LOOP_INVARIANT(shares.pos <= shares.end)
	LOOP_DECREASES(shares.end - shares.pos)
		add(&trace->shares, group);
}
