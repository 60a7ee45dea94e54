/* tx.c: transactions as bytes.  See tx.h. */
#include "deploy/tool/tx.h"

#include <stdlib.h>
#include <string.h>

#include "deploy/tool/tool.h"
#include "platform/base/panic.h"

enum { INPUT_LEAST = 41, OUTPUT_LEAST = 9 };	/* bytes: what a count must be matched by */

void
wire_uint(struct outbuf *out, uint64_t value, size_t width)
{
	for (size_t i = 0; i < width; i++)
		outbuf_uint(out, value >> 8 * i & 0xff, 1);
}

void
wire_size(struct outbuf *out, size_t value)
{
	if (value < 0xfd) {
		wire_uint(out, value, 1);
	} else if (value <= 0xffff) {
		wire_uint(out, 0xfd, 1);
		wire_uint(out, value, 2);
	} else {
		REQUIRE(value <= 0xffffffff);
		wire_uint(out, 0xfe, 1);
		wire_uint(out, value, 4);
	}
}

bool
wire_read_uint(struct cursor *in, uint64_t *value, size_t width)
{
	uint8_t bytes[8];

	REQUIRE(width <= sizeof bytes);
	if (!cursor_copy(in, bytes, width))
		return false;
	*value = 0;
	for (size_t i = 0; i < width; i++)
		*value |= (uint64_t)bytes[i] << 8 * i;
	return true;
}

/* Only the shortest form, and nothing that could not be in a transaction. */
bool
wire_read_size(struct cursor *in, size_t *value)
{
	uint64_t number;

	if (!wire_read_uint(in, &number, 1))
		return false;
	if (number == 0xfd) {
		if (!wire_read_uint(in, &number, 2) || number < 0xfd)
			return false;
	} else if (number == 0xfe) {
		if (!wire_read_uint(in, &number, 4) || number <= 0xffff)
			return false;
	} else if (number == 0xff) {
		return false;
	}
	*value = (size_t)number;
	return true;
}

static bool
read_bytes(struct cursor *in, struct span *bytes)
{
	struct cursor part;
	size_t len;

	if (!wire_read_size(in, &len) || !cursor_take(in, &part, len))
		return false;
	*bytes = cursor_rest(&part);
	return true;
}

static bool
read_inputs(struct tx *tx, struct cursor *in)
{
	size_t num;

	if (!wire_read_size(in, &num) || num > cursor_left(in) / INPUT_LEAST)
		return false;
	tx->inputs = tool_alloc(num * sizeof *tx->inputs);
	tx->num_inputs = num;
	for (size_t i = 0; i < num; i++) {
		struct tx_input *input = &tx->inputs[i];
		uint64_t index, sequence;

		if (!cursor_copy(in, input->txid, 32) || !wire_read_uint(in, &index, 4) ||
		    !read_bytes(in, &input->script) || !wire_read_uint(in, &sequence, 4))
			return false;
		input->index = (uint32_t)index;
		input->sequence = (uint32_t)sequence;
	}
	return true;
}

static bool
read_outputs(struct tx *tx, struct cursor *in)
{
	size_t num;

	if (!wire_read_size(in, &num) || num > cursor_left(in) / OUTPUT_LEAST)
		return false;
	tx->outputs = tool_alloc(num * sizeof *tx->outputs);
	tx->num_outputs = num;
	for (size_t i = 0; i < num; i++) {
		uint64_t amount;

		if (!wire_read_uint(in, &amount, 8) || amount > INT64_MAX || !read_bytes(in, &tx->outputs[i].script))
			return false;
		tx->outputs[i].amount_sat = (int64_t)amount;
	}
	return true;
}

static bool
read_witnesses(struct tx *tx, struct cursor *in)
{
	for (size_t i = 0; i < tx->num_inputs; i++) {
		struct tx_input *input = &tx->inputs[i];
		size_t num;

		if (!wire_read_size(in, &num) || num > cursor_left(in))
			return false;
		input->witness = tool_alloc(num * sizeof *input->witness);
		input->num_witness = num;
		for (size_t j = 0; j < num; j++)
			if (!read_bytes(in, &input->witness[j]))
				return false;
	}
	return true;
}

bool
tx_parse(struct tx *tx, struct span bytes)
{
	struct cursor in = cursor_of(bytes);
	uint64_t version, lock_time;
	bool witness;

	memset(tx, 0, sizeof *tx);
	if (bytes.len > TX_MAX || !wire_read_uint(&in, &version, 4))
		return false;
	/* BIP-144: a marker 00 where the number of inputs would be, then a flag 01. */
	witness = cursor_left(&in) >= 2 && in.base[in.pos] == 0 && in.base[in.pos + 1] == 1;
	if (witness)
		in.pos += 2;
	if (!read_inputs(tx, &in) || tx->num_inputs == 0 || !read_outputs(tx, &in) || tx->num_outputs == 0 ||
	    (witness && !read_witnesses(tx, &in)) || !wire_read_uint(&in, &lock_time, 4))
		return false;
	tx->version = (uint32_t)version;
	tx->lock_time = (uint32_t)lock_time;
	return cursor_done(&in);
}

void
tx_free(struct tx *tx)
{
	for (size_t i = 0; tx->inputs != NULL && i < tx->num_inputs; i++)
		free(tx->inputs[i].witness);
	free(tx->inputs);
	free(tx->outputs);
	memset(tx, 0, sizeof *tx);
}

static void
write_bytes(struct outbuf *out, struct span bytes)
{
	wire_size(out, bytes.len);
	outbuf_bytes(out, bytes);
}

static void
write_output(struct outbuf *out, const struct tx_output *output)
{
	wire_uint(out, (uint64_t)output->amount_sat, 8);
	write_bytes(out, output->script);
}

static void
write_outpoint(struct outbuf *out, const struct tx_input *input)
{
	outbuf_bytes(out, SPAN_ARRAY(input->txid));
	wire_uint(out, input->index, 4);
}

struct span
tx_write(const struct tx *tx, bool with_witness)
{
	struct outbuf out = outbuf_of(tool_alloc(TX_MAX), TX_MAX);

	wire_uint(&out, tx->version, 4);
	if (with_witness)
		wire_uint(&out, 0x0100, 2);
	wire_size(&out, tx->num_inputs);
	for (size_t i = 0; i < tx->num_inputs; i++) {
		write_outpoint(&out, &tx->inputs[i]);
		write_bytes(&out, tx->inputs[i].script);
		wire_uint(&out, tx->inputs[i].sequence, 4);
	}
	wire_size(&out, tx->num_outputs);
	for (size_t i = 0; i < tx->num_outputs; i++)
		write_output(&out, &tx->outputs[i]);
	for (size_t i = 0; with_witness && i < tx->num_inputs; i++) {
		wire_size(&out, tx->inputs[i].num_witness);
		for (size_t j = 0; j < tx->inputs[i].num_witness; j++)
			write_bytes(&out, tx->inputs[i].witness[j]);
	}
	wire_uint(&out, tx->lock_time, 4);
	if (out.overflow)
		tool_die(TOOL_REFUSED, "the transaction would be over %d bytes; spend fewer outputs at once", TX_MAX);
	return outbuf_span(&out);
}

void
tx_id(uint8_t txid[32], const struct tx *tx)
{
	struct span bytes = tx_write(tx, false);

	hash_twice(txid, bytes);
	free((void *)bytes.ptr);
}

size_t
tx_virtual_len(const struct tx *tx)
{
	struct span base = tx_write(tx, false), full = tx_write(tx, true);

	free((void *)base.ptr);
	free((void *)full.ptr);
	return (3 * base.len + full.len + 3) / 4;
}
