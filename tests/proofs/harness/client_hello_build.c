/*
 * client_hello_build.c: our hellos: any configuration, any cookie of a server (TLS_PEER_COOKIE_MAX bytes at most: retry_apply(), proved) in the message
 * half of the buffer, any group for the share.  outbuf.h: bytes are checked and forgotten.  Proved of each extension is the most that it appends,
 * and so that the longest hello fits the flight that it starts: HELLO_MAX.
 * flight_open(), flight_message_begin(), hello_extension_begin() and extension_code() are as in their sources; flight_message() demands what it
 * would panic over; a group's keygen() writes the most that any group has; hello_schemes_build() appends as many codes as schemes at most (harness/hello.c).
 */
#define OUTBUF_APART
#include "tests/proofs/harness/outbuf.h"
#include "tests/proofs/harness/configuration.h"

#include "tlsstack/client_hello.c"

#define LIST		(2 + 2 * LIST_MAX)
#define NAMES_MAX	(4 + 2 + LIST_MAX * (1 + NAME_MAX))
#define SHARE_MAX	(4 + 2 + 2 + 2 + CRYPTO_KX_PUBLIC_MAX)
#define COOKIE_MAX	(4 + 2 + TLS_PEER_COOKIE_MAX)
#define OTHERS_MAX	((4 + 2 + 1 + 2 + NAME_MAX) + 3 * (4 + LIST) + 4 * (4 + 2))
#define HELLO_MAX	(4 + 2 + 32 + 1 + 32 + LIST + 2 + 2 + NAMES_MAX + SHARE_MAX + COOKIE_MAX + OTHERS_MAX)

_Static_assert(HELLO_MAX <= TLS_PLAINTEXT_MAX, "the longest hello fits its flight");

struct hs_client_hello nondet_client_hello(void);

static struct hs_client_hello ours;
static uint8_t *buffer;
static struct span cookie;
static struct outbuf out;
static size_t before;
static unsigned num_messages;

static void
any_keygen(uint8_t *secret, uint8_t *public, struct crypto_drbg *drbg)
{
	struct hs_client_hello *hello = __CPROVER_same_object(secret, &ours) ? &ours : &conn.now.client_hello;

	ASSERT(drbg == &conn.drbg && secret == hello->secret && public == hello->public);
	__CPROVER_havoc_slice(secret, CRYPTO_KX_SECRET_MAX);
	__CPROVER_havoc_slice(public, CRYPTO_KX_PUBLIC_MAX);
}

void
drbg_bytes(struct crypto_drbg *drbg, uint8_t *to, size_t len)
{
	ASSERT(drbg == &conn.drbg && __CPROVER_w_ok(to, len));
	__CPROVER_havoc_slice(to, len);
}

bool
negotiate_speaks(const struct tls_config *with, uint16_t version)
{
	(void)version;
	ASSERT(with == &config);
	return nondet_bool();
}

struct outbuf
flight_open(const struct flight *flight, uint8_t *room)
{
	ASSERT(flight == &conn.flight && room == buffer && room != NULL && flight->len <= TLS_PLAINTEXT_MAX);
	return outbuf_of(room + flight->len, TLS_PLAINTEXT_MAX - flight->len);
}

void
flight_message_begin(struct outbuf *to, uint8_t type)
{
	ASSERT(type == MSG_CLIENT_HELLO && to->len == 0);
	outbuf_uint(to, type, 1);
	outbuf_uint(to, 0, 3);
}

void
flight_message(struct flight *flight, struct outbuf *to, struct transcript *transcript)
{
	ASSERT(flight == &conn.flight && transcript == &conn.transcript && flight->num < TLS_FLIGHT_ITEMS);
	ASSERT(!to->overflow && to->len >= 4 && to->len <= HELLO_MAX && to->ptr == buffer + flight->len);
	num_messages++;
}

size_t
hello_extension_begin(struct outbuf *to, enum extension extension)
{
	ASSERT((unsigned)extension < NUM_EXTENSIONS);
	outbuf_uint(to, extension, 2);
	return outbuf_vector(to, 2);
}

void
hello_schemes_build(struct outbuf *to, const struct tls_scheme *const *list, size_t num)
{
	size_t each_once = up_to(LIST_MAX);

	ASSERT(list == schemes && num == config.num_schemes && num <= LIST_MAX);
	ASSUME(each_once <= num);
	outbuf_uint(to, 2 * each_once, 2);
	outbuf_more(to, 2 * each_once);
}

/* The most that each extension appends. */
static size_t
most(enum extension extension)
{
	switch (extension) {
	case EXT_SERVER_NAME: return 4 + 2 + 1 + 2 + NAME_MAX;
	case EXT_SUPPORTED_GROUPS: case EXT_SIGNATURE_ALGORITHMS: return 4 + LIST;
	case EXT_SUPPORTED_VERSIONS: return 4 + 1 + 2 * LIST_MAX;
	case EXT_ALPN: return NAMES_MAX;
	case EXT_COOKIE: return COOKIE_MAX;
	case EXT_KEY_SHARE: return SHARE_MAX;
	default: return 4 + 2;
	}
}

/* Between two hellos nothing waits: the engine reads no input while something does. */
static void
any_client(void)
{
	any_config();
	for (unsigned i = 0; i < ANY; i++)
		group[i].keygen = any_keygen;
	buffer = malloc(TLS_BUFFER_SIZE);
	ASSUME(buffer != NULL);
	conn.buffer = buffer;
	conn.flight.num = conn.flight.next = 0;
	conn.flight.len = 0;
	ours = nondet_client_hello();
	ASSUME(ours.session_id_len <= sizeof ours.session_id);
	ours.group = &group[nondet_bool()];
	cookie = (struct span){ NULL, up_to(TLS_PEER_COOKIE_MAX) };
	cookie.ptr = buffer + TLS_RECORD_MAX + up_to(TLS_MESSAGE_MAX - cookie.len);
	num_messages = 0;
}

static struct offer
any_offer(void)
{
	any_client();
	out = (struct outbuf){ buffer, TLS_PLAINTEXT_MAX, up_to(TLS_PLAINTEXT_MAX), false };
	before = out.len;
	return (struct offer){ &config, ours.group, { ours.public, ours.group->public_len }, cookie };
}

/* It appended `max` bytes at most, and had room if so many were left. */
static void
judge(size_t max)
{
	ASSERT(out.len <= out.cap && out.len >= before && out.len - before <= max);
	ASSERT(!out.overflow || out.cap - before < max);
	REACHED();
}

void given_extension_build(struct outbuf *to, enum extension extension, const struct offer *offer);

void
given_extension_build(struct outbuf *to, enum extension extension, const struct offer *offer)
{
	size_t len = nondet_size();

	ASSERT((unsigned)extension < NUM_EXTENSIONS && offer->config == &config && (offer->group == &group[0] || offer->group == &group[1]));
	ASSERT(offer->share.ptr == ours.public || offer->share.ptr == conn.now.client_hello.public);
	ASSERT(offer->share.len == offer->group->public_len && offer->cookie.len <= TLS_PEER_COOKIE_MAX && is_span(offer->cookie));
	ASSUME(len >= 4 && len <= most(extension));
	outbuf_more(to, len);
}

void prove_client_hello_offers(void) { any_client(); ASSERT((client_hello_offers(&config) & EXT_BIT(EXT_COOKIE)) == 0); REACHED(); }
void prove_server_name_build(void) { (void)any_offer(); server_name_build(&out, config.server_name); judge(2 + 1 + 2 + NAME_MAX); }
void prove_alpn_build(void) { (void)any_offer(); alpn_build(&out, &config); judge(NAMES_MAX - 4); }
void prove_key_share_build(void) { struct offer offer = any_offer(); key_share_build(&out, &offer); judge(SHARE_MAX - 4); }
void prove_groups_build(void) { (void)any_offer(); groups_build(&out, &config); judge(LIST); }
void prove_versions_build(void) { (void)any_offer(); versions_build(&out, &config); judge(1 + 2 * LIST_MAX); }
void prove_suites_build(void) { (void)any_offer(); suites_build(&out, &config); judge(LIST); }
void prove_extension_build(void) { struct offer offer = any_offer(); enum extension extension = (enum extension)up_to(NUM_EXTENSIONS - 1);
    extension_build(&out, extension, &offer); judge(most(extension)); }
void prove_share_make(void) { any_client(); const struct tls_group *chosen = &group[nondet_bool()]; share_make(&conn, &ours, chosen);
    ASSERT(ours.group == chosen); REACHED(); }
void prove_hello_queue(void) { struct offer offer = any_offer(); hello_queue(&conn, &ours, &offer); ASSERT(num_messages == 1); REACHED(); }
void prove_hello_with_share(void) { any_client(); hello_with_share(&conn, &ours, cookie); ASSERT(num_messages == 1); REACHED(); }
void prove_client_hello_begin(void) { any_client(); conn.now.client_hello.session_id_len = 0;	/* wiped by tls_init() */
    uint8_t len = conn.header_len, code = conn.failure.code; uint16_t have = conn.body_have; client_hello_begin(&conn);
    ASSERT(num_messages == 1 && conn.now.client_hello.group == config.groups[0]);
    ASSERT(conn.header_len == len && conn.body_have == have && conn.failure.code == code && conn.buffer == buffer);	/* engine.c counts on it */ REACHED(); }

void
prove_client_hello_again(void)
{
	any_client();
	const struct tls_group *had = ours.group, *other = nondet_bool() ? NULL : &group[nondet_bool()];
	client_hello_again(&conn, &ours, other, cookie);
	ASSERT(num_messages == 1 && ours.retried && ours.group == (other == NULL ? had : other) && ours.session_id_len <= 32);
	REACHED();
}
