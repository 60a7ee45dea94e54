/* hello.c: the walk over extensions, and ClientHello.  See hello.h; RFC 8446, 4.1.2 and 4.2. */
#include "tlsstack/hello.h"

#include "platform/base/bytes.h"
#include "platform/base/sha256.h"

/* RFC 8446, 4.2; RFC 5246, 7.4.1.4; RFC 8449; RFC 7627; RFC 5746; RFC 7301. */
static const struct { uint16_t code; uint8_t where; } TABLE[NUM_EXTENSIONS] = {
	[EXT_SERVER_NAME] = { 0, IN_CLIENT_HELLO | IN_ENCRYPTED | IN_SERVER_HELLO_12 },
	[EXT_STATUS_REQUEST] = { 5, IN_CLIENT_HELLO | IN_REQUEST | IN_CERTIFICATE | IN_SERVER_HELLO_12 },
	/* Some servers of TLS 1.2 send it too; what it says is not used. */
	[EXT_SUPPORTED_GROUPS] = { 10, IN_CLIENT_HELLO | IN_ENCRYPTED | IN_SERVER_HELLO_12 },
	[EXT_EC_POINT_FORMATS] = { 11, IN_CLIENT_HELLO | IN_SERVER_HELLO_12 },
	[EXT_SIGNATURE_ALGORITHMS] = { 13, IN_CLIENT_HELLO | IN_REQUEST },
	[EXT_ALPN] = { 16, IN_CLIENT_HELLO | IN_ENCRYPTED | IN_SERVER_HELLO_12 },
	[EXT_PADDING] = { 21, IN_CLIENT_HELLO },
	[EXT_EXTENDED_MASTER_SECRET] = { 23, IN_CLIENT_HELLO | IN_SERVER_HELLO_12 },
	[EXT_RECORD_SIZE_LIMIT] = { 28, IN_CLIENT_HELLO | IN_ENCRYPTED | IN_SERVER_HELLO_12 },
	[EXT_SESSION_TICKET] = { 35, IN_CLIENT_HELLO | IN_SERVER_HELLO_12 },
	[EXT_PRE_SHARED_KEY] = { 41, IN_CLIENT_HELLO | IN_SERVER_HELLO },
	[EXT_EARLY_DATA] = { 42, IN_CLIENT_HELLO | IN_ENCRYPTED | IN_TICKET },
	[EXT_SUPPORTED_VERSIONS] = { 43, IN_CLIENT_HELLO | IN_SERVER_HELLO | IN_RETRY },
	[EXT_COOKIE] = { 44, IN_CLIENT_HELLO | IN_RETRY },
	[EXT_PSK_KEY_EXCHANGE_MODES] = { 45, IN_CLIENT_HELLO },
	[EXT_CERTIFICATE_AUTHORITIES] = { 47, IN_CLIENT_HELLO | IN_REQUEST },
	[EXT_OID_FILTERS] = { 48, IN_REQUEST },
	[EXT_POST_HANDSHAKE_AUTH] = { 49, IN_CLIENT_HELLO },
	[EXT_SIGNATURE_ALGORITHMS_CERT] = { 50, IN_CLIENT_HELLO | IN_REQUEST },
	[EXT_KEY_SHARE] = { 51, IN_CLIENT_HELLO | IN_SERVER_HELLO | IN_RETRY },
	[EXT_RENEGOTIATION_INFO] = { 0xff01, IN_CLIENT_HELLO | IN_SERVER_HELLO_12 },
};

_Static_assert(NUM_EXTENSIONS <= 32, "a bit for each");

/* What may differ in a second ClientHello, RFC 8446, 4.1.2. */
#define MAY_DIFFER	(EXT_BIT(EXT_KEY_SHARE) | EXT_BIT(EXT_EARLY_DATA) | EXT_BIT(EXT_COOKIE) |	\
			 EXT_BIT(EXT_PRE_SHARED_KEY) | EXT_BIT(EXT_PADDING))

/* A set of 16-bit values: duplicates cost nothing to find, however many there are. */
struct set16 { uint8_t bits[8192]; };

/* Put `value` in; true if it was there. */
static bool
set16_put(struct set16 *set, uint32_t value)
PRE(FRESH(set))
ASSIGNS(*set)
{
	uint8_t bit = (uint8_t)(1u << (value & 7));
	bool had = (set->bits[(value & 0xffff) >> 3] & bit) != 0;

	set->bits[(value & 0xffff) >> 3] |= bit;
	return had;
}

/* Take `value` out; true if it was there. */
static bool
set16_take(struct set16 *set, uint32_t value)
PRE(FRESH(set))
ASSIGNS(*set)
{
	bool had = set16_put(set, value);

	set->bits[(value & 0xffff) >> 3] &= (uint8_t)~(1u << (value & 7));
	return had;
}

uint16_t
extension_code(enum extension extension)
{
	return TABLE[extension].code;
}

size_t
hello_extension_begin(struct outbuf *out, enum extension extension)
{
	outbuf_uint(out, extension_code(extension), 2);
	return outbuf_vector(out, 2);
}

static bool
listed_before(const struct tls_scheme *const *schemes, size_t i)
{
	for (size_t before = 0; before < i; before++)
		if (schemes[before]->code == schemes[i]->code)
			return true;
	return false;
}

void
hello_schemes_build(struct outbuf *out, const struct tls_scheme *const *schemes, size_t num_schemes)
{
	size_t list = outbuf_vector(out, 2);

	for (size_t i = 0; i < num_schemes; i++)
		if (!listed_before(schemes, i))
			outbuf_uint(out, schemes[i]->code, 2);
	outbuf_vector_end(out, list, 2);
}

static size_t
extension_find(uint32_t code)
ASSIGNS()
POST(RETVAL <= NUM_EXTENSIONS)
{
	size_t i = 0;

	while (i < NUM_EXTENSIONS && TABLE[i].code != code)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= NUM_EXTENSIONS)
	LOOP_DECREASES(NUM_EXTENSIONS - i)
		i++;
	return i;
}

/* May unknown extensions be ignored in this message?  Where the sender offers, not answers. */
static bool
is_offer(unsigned where)
PRE(true)
ASSIGNS()
{
	return (where & (IN_CLIENT_HELLO | IN_REQUEST | IN_TICKET)) != 0;
}

static struct tls_err
extension_judge(size_t i, unsigned where, uint32_t offered, bool last)
PRE(i <= NUM_EXTENSIONS)
ASSIGNS()
POST(!GOOD || i == NUM_EXTENSIONS || i < 32)
{
	if (i == NUM_EXTENSIONS)
		return is_offer(where) ? TLS_OK : FAIL(UNSOLICITED_EXTENSION);
	if ((TABLE[i].where & where) == 0)
		return FAIL(MISPLACED_EXTENSION);
	if (!is_offer(where) && (offered & (1u << i)) == 0)
		return FAIL(UNSOLICITED_EXTENSION);
	if (i == EXT_PRE_SHARED_KEY && where == IN_CLIENT_HELLO && !last)
		return FAIL(ILLEGAL_PARAMETER);
	return TLS_OK;
}

struct tls_err
extensions_parse(struct extensions *extensions, struct cursor *in, unsigned where, uint32_t offered)
{
	struct set16 codes = { { 0 } };
	struct cursor list, body;
	uint32_t code;
	size_t i;

	extensions->seen = 0;
	if (!cursor_vector(in, &list, 2) || !cursor_done(in))
		return FAIL(DECODE);
	while (!cursor_done(&list))
	LOOP_ASSIGNS(list.pos, code, body, codes, i, *extensions)
	LOOP_INVARIANT(list.pos <= list.end && (PROOF_AT >= NUM_EXTENSIONS || EXTENSION_KNOWN(&list, extensions, PROOF_AT)))
	LOOP_DECREASES(list.end - list.pos)
	{
		if (!cursor_uint(&list, &code, 2) || !cursor_vector(&list, &body, 2))
			return FAIL(DECODE);
		if (set16_put(&codes, code))
			return FAIL(DUPLICATE_EXTENSION);
		i = extension_find(code);
		TRY(extension_judge(i, where, offered, cursor_done(&list)));
		if (i == NUM_EXTENSIONS)
			continue;
		extensions->seen |= 1u << i;
		extensions->body[i] = body;
	}
	return TLS_OK;
}

bool
list16_has(struct cursor list, uint16_t value)
{
	uint32_t each;

	while (cursor_uint(&list, &each, 2))
	LOOP_ASSIGNS(list.pos, each)
	LOOP_INVARIANT(list.pos <= list.end)
	LOOP_DECREASES(list.end - list.pos)
		if (each == value)
			return true;
	return false;
}

struct tls_err
list16_parse(struct cursor *list, struct cursor body)
{
	if (!cursor_vector(&body, list, 2) || !cursor_done(&body) || cursor_done(list) ||
	    cursor_left(list) % 2 != 0)
		return FAIL(DECODE);
	return TLS_OK;
}

/* ---- ClientHello ---------------------------------------------------------------------- */

static struct tls_err
head_parse(struct client_hello *hello, struct cursor *in)
PRE(FRESH(hello) && CURSOR_FRESH(in))
ASSIGNS(in->pos, hello->legacy_version, hello->random, hello->session_id, hello->suites, hello->compressions)
POST(ADVANCED(in))
POST(!GOOD || (hello->random.len == 32 && hello->session_id.len <= 32))
POST(!GOOD || (PIECE_OF(in, &hello->random) && PIECE_OF(in, &hello->session_id)))
POST(!GOOD || (SLICE(in, &hello->suites) && SLICE(in, &hello->compressions)))
{
	struct cursor part;
	uint32_t version;

	if (!cursor_uint(in, &version, 2) || !cursor_take(in, &part, 32))
		return FAIL(DECODE);
	hello->legacy_version = (uint16_t)version;
	hello->random = cursor_rest(&part);
	if (!cursor_vector(in, &part, 1) || cursor_left(&part) > 32)
		return FAIL(DECODE);
	hello->session_id = cursor_rest(&part);
	if (!cursor_vector(in, &hello->suites, 2) || cursor_done(&hello->suites) ||
	    cursor_left(&hello->suites) % 2 != 0)
		return FAIL(DECODE);
	if (!cursor_vector(in, &hello->compressions, 1) || cursor_done(&hello->compressions))
		return FAIL(DECODE);
	return TLS_OK;
}

static struct tls_err
versions_parse(struct cursor *versions, struct cursor body)
PRE(CURSOR_VALUE(body) && FRESH(versions))
ASSIGNS(*versions)
POST(!GOOD || SLICE(&body, versions))
{
	if (!cursor_vector(&body, versions, 1) || !cursor_done(&body) || cursor_done(versions) ||
	    cursor_left(versions) % 2 != 0)
		return FAIL(DECODE);
	return TLS_OK;
}

/* Every share for a group that is offered, no group twice (RFC 8446, 4.2.8). */
static struct tls_err
shares_parse(struct cursor *shares, struct cursor body, struct cursor groups)
PRE(FRESH(shares) && body.end <= INPUT_MAX && body.pos <= body.end && groups.end <= INPUT_MAX && groups.pos <= groups.end)
PRE(LARGER(body.end, groups.end) == 0 || FRESH_BYTES(body.base, LARGER(body.end, groups.end)))
PRE(groups.end == 0 || SAME_POINTER(groups.base, body.base))
ASSIGNS(*shares)
POST(!GOOD || SLICE(&body, shares))
{
	struct set16 offered = { { 0 } };
	struct cursor list, key;
	uint32_t group;

	if (!cursor_vector(&body, &list, 2) || !cursor_done(&body))
		return FAIL(DECODE);
	*shares = list;
	while (cursor_uint(&groups, &group, 2))
	LOOP_ASSIGNS(groups.pos, group, offered)
	LOOP_INVARIANT(groups.pos <= groups.end)
	LOOP_DECREASES(groups.end - groups.pos)
		set16_put(&offered, group);
	while (!cursor_done(&list))
	LOOP_ASSIGNS(list.pos, group, key, offered)
	LOOP_INVARIANT(list.pos <= list.end)
	LOOP_DECREASES(list.end - list.pos)
	{
		if (!cursor_uint(&list, &group, 2) || !cursor_vector(&list, &key, 2))
			return FAIL(DECODE);
		if (!set16_take(&offered, group))
			return FAIL(BAD_KEY_SHARE);
	}
	return TLS_OK;
}

/* RFC 7301, 3.1: at least one name, none empty. */
static struct tls_err
protocols_parse(struct cursor *protocols, struct cursor body)
PRE(CURSOR_VALUE(body) && FRESH(protocols))
ASSIGNS(*protocols)
POST(!GOOD || SLICE(&body, protocols))
{
	struct cursor list, name;

	if (!cursor_vector(&body, &list, 2) || !cursor_done(&body) || cursor_done(&list))
		return FAIL(DECODE);
	*protocols = list;
	while (!cursor_done(&list))
	LOOP_ASSIGNS(list.pos, name)
	LOOP_INVARIANT(list.pos <= list.end)
	LOOP_DECREASES(list.end - list.pos)
		if (!cursor_vector(&list, &name, 1) || cursor_done(&name))
			return FAIL(DECODE);
	return TLS_OK;
}

struct tls_err
hello_alpn_parse(struct span *name, struct cursor body)
{
	struct cursor list, one;

	if (!cursor_vector(&body, &list, 2) || !cursor_done(&body) || !cursor_vector(&list, &one, 1) ||
	    !cursor_done(&list) || cursor_done(&one))
		return FAIL(DECODE);
	*name = cursor_rest(&one);
	return TLS_OK;
}

/* RFC 6066, 3: one host_name; it is a DNS name in ASCII, so no NUL in it. */
static struct tls_err
server_name_parse(struct span *server_name, struct cursor body)
PRE(CURSOR_VALUE(body) && FRESH(server_name) && server_name->len == 0)
ASSIGNS(*server_name)
POST(!GOOD || VIEW(body, server_name))
{
	struct cursor list, name;
	uint32_t type;

	if (!cursor_vector(&body, &list, 2) || !cursor_done(&body) || cursor_done(&list))
		return FAIL(DECODE);
	while (!cursor_done(&list))
	LOOP_ASSIGNS(list.pos, type, name, *server_name)
	LOOP_INVARIANT(list.pos <= list.end && (server_name->len == 0 || (server_name->len <= body.end && __CPROVER_same_object(server_name->ptr, body.base) && __CPROVER_POINTER_OFFSET(server_name->ptr) <= body.end - server_name->len)))
	LOOP_DECREASES(list.end - list.pos)
	{
		if (!cursor_uint(&list, &type, 1) || !cursor_vector(&list, &name, 2) || cursor_done(&name))
			return FAIL(DECODE);
		if (type != 0)
			continue;
		if (server_name->len != 0)
			return FAIL(ILLEGAL_PARAMETER);
		*server_name = cursor_rest(&name);
	}
	for (size_t i = 0; i < server_name->len; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= server_name->len)
	LOOP_DECREASES(server_name->len - i)
		if (server_name->ptr[i] <= 0x20 || server_name->ptr[i] >= 0x7f)
			return FAIL(ILLEGAL_PARAMETER);
	return TLS_OK;
}

/* RFC 8446, 4.2.11.  Never used here; but one that is malformed shows a broken client. */
static struct tls_err
pre_shared_key_check(struct cursor body)
PRE(CURSOR_VALUE(body))
ASSIGNS()
{
	struct cursor identities, binders, part;
	uint32_t age, num = 0;

	if (!cursor_vector(&body, &identities, 2) || !cursor_vector(&body, &binders, 2) ||
	    !cursor_done(&body) || cursor_done(&identities) || cursor_done(&binders))
		return FAIL(DECODE);
	while (!cursor_done(&identities))
	LOOP_ASSIGNS(identities.pos, part, age, num)
	LOOP_INVARIANT(identities.pos <= identities.end && num <= identities.pos)
	LOOP_DECREASES(identities.end - identities.pos)
	{
		if (!cursor_vector(&identities, &part, 2) || cursor_done(&part) ||
		    !cursor_uint(&identities, &age, 4))
			return FAIL(DECODE);
		num++;
	}
	while (!cursor_done(&binders))
	LOOP_ASSIGNS(binders.pos, part, num)
	LOOP_INVARIANT(binders.pos <= binders.end)
	LOOP_DECREASES(binders.end - binders.pos)
	{
		if (!cursor_vector(&binders, &part, 1) || cursor_left(&part) < 32)
			return FAIL(DECODE);
		if (num == 0)
			return FAIL(ILLEGAL_PARAMETER);
		num--;
	}
	return num == 0 ? TLS_OK : FAIL(ILLEGAL_PARAMETER);
}

/* A vector with a length of `width` bytes that holds something and fills `body`. */
static struct tls_err
vector_check(struct cursor *content, struct cursor body, size_t width)
PRE(CURSOR_VALUE(body) && FRESH(content) && width <= 4)
ASSIGNS(*content)
POST(!GOOD || (SLICE(&body, content) && content->pos < content->end))
{
	if (!cursor_vector(&body, content, width) || !cursor_done(&body) || cursor_done(content))
		return FAIL(DECODE);
	return TLS_OK;
}

struct tls_err
authorities_check(struct cursor names)
{
	struct cursor name;

	while (!cursor_done(&names))
	LOOP_ASSIGNS(names.pos, name)
	LOOP_INVARIANT(names.pos <= names.end)
	LOOP_DECREASES(names.end - names.pos)
		if (!cursor_vector(&names, &name, 2) || cursor_done(&name))
			return FAIL(DECODE);
	return TLS_OK;
}

struct tls_err
authorities_parse(struct cursor body)
{
	struct cursor names;

	TRY(vector_check(&names, body, 2));
	return authorities_check(names);
}

struct tls_err
hello_record_size_limit_parse(uint32_t *limit, struct cursor body)
{
	if (!cursor_uint(&body, limit, 2) || !cursor_done(&body))
		return FAIL(DECODE);
	return *limit < 64 ? FAIL(ILLEGAL_PARAMETER) : TLS_OK;	/* RFC 8449, 4 */
}

static struct tls_err
one_extension_parse(struct client_hello *hello, enum extension extension, struct cursor body)
PRE(CURSOR_VALUE(body) && FRESH(hello) && ((unsigned)extension != EXT_SERVER_NAME || hello->server_name.len == 0))
ASSIGNS((unsigned)extension == EXT_SERVER_NAME: hello->server_name; (unsigned)extension == EXT_SUPPORTED_GROUPS: hello->groups)
ASSIGNS((unsigned)extension == EXT_SIGNATURE_ALGORITHMS: hello->schemes; (unsigned)extension == EXT_ALPN: hello->protocols)
ASSIGNS((unsigned)extension == EXT_SUPPORTED_VERSIONS: hello->versions; (unsigned)extension == EXT_COOKIE: hello->cookie)
ASSIGNS((unsigned)extension == EXT_RECORD_SIZE_LIMIT: hello->record_size_limit)
POST(!GOOD || (unsigned)extension != EXT_SERVER_NAME || VIEW(body, &hello->server_name))
POST(!GOOD || (unsigned)extension != EXT_SUPPORTED_GROUPS || SLICE(&body, &hello->groups))
POST(!GOOD || (unsigned)extension != EXT_SIGNATURE_ALGORITHMS || SLICE(&body, &hello->schemes))
POST(!GOOD || (unsigned)extension != EXT_ALPN || SLICE(&body, &hello->protocols))
POST(!GOOD || (unsigned)extension != EXT_SUPPORTED_VERSIONS || SLICE(&body, &hello->versions))
POST(!GOOD || (unsigned)extension != EXT_COOKIE || VIEW(body, &hello->cookie))
POST(!GOOD || (unsigned)extension != EXT_RECORD_SIZE_LIMIT || LIMIT_OK(hello->record_size_limit))
{
	struct cursor content;

	switch (extension) {
	case EXT_SERVER_NAME:
		return server_name_parse(&hello->server_name, body);
	case EXT_SUPPORTED_GROUPS:
		return list16_parse(&hello->groups, body);
	case EXT_SIGNATURE_ALGORITHMS:
		return list16_parse(&hello->schemes, body);
	case EXT_SIGNATURE_ALGORITHMS_CERT:
		return list16_parse(&content, body);
	case EXT_ALPN:
		return protocols_parse(&hello->protocols, body);
	case EXT_RECORD_SIZE_LIMIT:
		return hello_record_size_limit_parse(&hello->record_size_limit, body);
	case EXT_PRE_SHARED_KEY:
		return pre_shared_key_check(body);
	case EXT_SUPPORTED_VERSIONS:
		return versions_parse(&hello->versions, body);
	case EXT_COOKIE:
		TRY(vector_check(&content, body, 2));
		hello->cookie = cursor_rest(&content);
		return TLS_OK;
	case EXT_PSK_KEY_EXCHANGE_MODES:
		return vector_check(&content, body, 1);
	case EXT_CERTIFICATE_AUTHORITIES:
		return authorities_parse(body);
	case EXT_EARLY_DATA:
	case EXT_POST_HANDSHAKE_AUTH:
		return cursor_done(&body) ? TLS_OK : FAIL(DECODE);
	default:
		return TLS_OK;
	}
}

/* For the loop's proof: PART and VIEW. */
#define CURSOR_KNOWN(in, out) \
	(((out)->pos == 0 && (out)->end == 0) || \
	    ((out)->pos <= (out)->end && (out)->end <= (in)->end && (out)->base == (in)->base))
#define SPAN_KNOWN(in, out) \
	((out)->len == 0 || ((out)->len <= (in)->end && __CPROVER_same_object((out)->ptr, (in)->base) && \
	    __CPROVER_POINTER_OFFSET((out)->ptr) <= (in)->end - (out)->len))

struct tls_err
client_hello_parse(struct client_hello *hello, struct cursor body)
{
	*hello = (struct client_hello){ 0 };
	TRY(head_parse(hello, &body));
	if (cursor_done(&body))
		return TLS_OK;
	hello->all = body;
	TRY(extensions_parse(&hello->ext, &body, IN_CLIENT_HELLO, 0));
	for (unsigned i = 0; i < NUM_EXTENSIONS; i++)
	LOOP_ASSIGNS(i, hello->server_name, hello->groups, hello->schemes, hello->protocols, hello->record_size_limit, hello->versions, hello->cookie)
	LOOP_INVARIANT(i <= NUM_EXTENSIONS && (i > EXT_SERVER_NAME || hello->server_name.len == 0))
	LOOP_INVARIANT(CURSOR_KNOWN(&body, &hello->groups) && CURSOR_KNOWN(&body, &hello->schemes))
	LOOP_INVARIANT(CURSOR_KNOWN(&body, &hello->protocols) && CURSOR_KNOWN(&body, &hello->versions))
	LOOP_INVARIANT(SPAN_KNOWN(&body, &hello->cookie) && SPAN_KNOWN(&body, &hello->server_name))
	LOOP_INVARIANT(LIMIT_OK(hello->record_size_limit))
	LOOP_DECREASES(NUM_EXTENSIONS - i)
		if (hello->ext.seen & (1u << i))
			TRY(one_extension_parse(hello, (enum extension)i, hello->ext.body[i]));
	if ((hello->ext.seen & EXT_BIT(EXT_KEY_SHARE)) == 0)
		return TLS_OK;
	if ((hello->ext.seen & EXT_BIT(EXT_SUPPORTED_GROUPS)) == 0)
		return FAIL(MISSING_EXTENSION);	/* RFC 8446, 9.2 */
	return shares_parse(&hello->shares, hello->ext.body[EXT_KEY_SHARE], hello->groups);
}

bool
client_hello_share(struct span *share, const struct client_hello *hello, uint16_t group)
{
	struct cursor list = hello->shares, key;
	uint32_t each;

	while (cursor_uint(&list, &each, 2) && cursor_vector(&list, &key, 2))
	LOOP_ASSIGNS(list.pos, each, key, *share)
	LOOP_INVARIANT(list.pos <= list.end)
	LOOP_DECREASES(list.end - list.pos)
		if (each == group) {
			*share = cursor_rest(&key);
			return true;
		}
	return false;
}

/* Each part with its length in front, so that no two hellos give the same bytes. */
static void
digest_part(struct sha256 *hash, struct span part)
PRE(FRESH(hash) && SPAN_VALUE(part))
ASSIGNS(*hash)
{
	uint8_t len[4] = { (uint8_t)(part.len >> 24), (uint8_t)(part.len >> 16), (uint8_t)(part.len >> 8),
	    (uint8_t)part.len };

	sha256_update(hash, SPAN_ARRAY(len));
	sha256_update(hash, part);
}

/* Which extensions, in which order; what is in those that are known here. */
static void
digest_extensions(struct sha256 *hash, struct cursor in)
PRE(FRESH(hash) && CURSOR_VALUE(in))
ASSIGNS(*hash)
{
	struct cursor list, body;
	uint32_t code;

	if (!cursor_vector(&in, &list, 2))
		return;
	while (cursor_uint(&list, &code, 2) && cursor_vector(&list, &body, 2))
	LOOP_ASSIGNS(list.pos, code, body, *hash)
	LOOP_INVARIANT(list.pos <= list.end)
	LOOP_DECREASES(list.end - list.pos)
	{
		uint8_t bytes[2] = { (uint8_t)(code >> 8), (uint8_t)code };
		size_t i = extension_find(code);

		if (i < NUM_EXTENSIONS && (MAY_DIFFER & (1u << i)) != 0)
			continue;
		sha256_update(hash, SPAN_ARRAY(bytes));
		if (i < NUM_EXTENSIONS)
			digest_part(hash, cursor_rest(&body));
	}
}

void
client_hello_digest(uint8_t digest[32], const struct client_hello *hello)
{
	uint8_t version[2] = { (uint8_t)(hello->legacy_version >> 8), (uint8_t)hello->legacy_version };
	struct sha256 hash;

	sha256_init(&hash);
	sha256_update(&hash, SPAN_ARRAY(version));
	digest_part(&hash, hello->random);
	digest_part(&hash, hello->session_id);
	digest_part(&hash, cursor_rest(&hello->suites));
	digest_part(&hash, cursor_rest(&hello->compressions));
	digest_extensions(&hash, hello->all);
	sha256_out(&hash, digest);
}
