/*
 * boot.c: the strict parser of the boot module.  The format is in boot.h; nothing else is
 * accepted: no comments, no blank lines, no '\r', no upper-case hex, no leading zeros.
 */
#include "appliance/boot.h"

#include "platform/base/bytes.h"
#include "platform/base/ct.h"
#include "platform/base/sha256.h"
#include "platform/base/text.h"

static const char FIRST_LINE[] = "pinata-boot-module 1";

enum { CHECKSUM_LINE_LEN = sizeof "checksum " - 1 + 2 * SHA256_LEN + 1, NAME_MAX = 17 };

static const struct { char name[NAME_MAX]; bool required; } KEYS[BOOT_NUM_KEYS] = {
	[BOOT_ADDRESS]          = { "address", true },
	[BOOT_NETMASK]          = { "netmask", true },
	[BOOT_GATEWAY]          = { "gateway", true },
	[BOOT_CHAIN]            = { "chain", true },
	[BOOT_PRIVATE_KEY]      = { "private-key", true },
	[BOOT_SEED]             = { "seed", true },
	[BOOT_OWNER_LEAF]       = { "owner-leaf", false },
	[BOOT_PEER_AUTHORITY]   = { "peer-authority", false },
	[BOOT_SERVER_AUTHORITY] = { "server-authority", false },
	[BOOT_QR]               = { "qr", false },
	[BOOT_CONTACT]          = { "contact", false },
	[BOOT_EVENT_ADDRESS]    = { "event-address", false },
	[BOOT_CHECKSUM]         = { "checksum", true },
};

static const char REASONS[BOOT_NUM_REASONS][48] = {
	[BOOT_TOO_LONG]            = "module is too long",
	[BOOT_BAD_FIRST_LINE]      = "first line is not 'pinata-boot-module 1'",
	[BOOT_NO_CHECKSUM]         = "last line is not a checksum line",
	[BOOT_BAD_CHECKSUM]        = "checksum does not match",
	[BOOT_BAD_LINE]            = "line is not 'key value'",
	[BOOT_UNKNOWN_KEY]         = "unknown key",
	[BOOT_DOUBLE_KEY]          = "second line for key ",
	[BOOT_MISSING_KEY]         = "module ends without key ",
	[BOOT_BAD_HEX]             = "not lowercase hex: ",
	[BOOT_BAD_LENGTH]          = "wrong length: ",
	[BOOT_BAD_NUMBER]          = "not four numbers with dots: ",
	[BOOT_BAD_CHAIN]           = "not a known chain",
	[BOOT_BAD_QR]              = "not the size and bits of a QR code",
	[BOOT_BAD_CONTACT]         = "contact is not a plain URI",
	[BOOT_BAD_EVENT_ADDRESS]   = "event-address is not prefix or full",
	[BOOT_BAD_NETMASK]         = "netmask is not /8 to /30",
	[BOOT_BAD_ADDRESS]         = "address can not be a host of its network",
	[BOOT_BAD_GATEWAY]         = "gateway is not another host of the network",
	[BOOT_MAIN_WITH_AUTHORITY] = "chain main refuses an outside authority",
	[BOOT_SAME_AUTHORITY]      = "one authority for two roles",
	[BOOT_BAD_KEY]             = "private key is out of range",
	[BOOT_BAD_AUTHORITY]       = "not a usable authority: ",
};

/* A line without its '\n'.  False, and nothing consumed, if no '\n' is left. */
static bool
take_line(struct cursor *in, struct span *line)
PRE(CURSOR_FRESH(in) && FRESH(line))
ASSIGNS(in->pos, *line)
POST(ADVANCED(in) && (!RETVAL || (in->pos > OLD(in->pos) && line->len == in->pos - OLD(in->pos) - 1 && line->len < in->end && PIECE_OF(in, line))))
{
	struct span rest = cursor_rest(in);

	for (size_t i = 0; i < rest.len; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= rest.len)
	LOOP_DECREASES(rest.len - i)
	{
		if (rest.ptr[i] != '\n')
			continue;
		*line = (struct span){ rest.ptr, i };
		in->pos += i + 1;
		return true;
	}
	return false;
}

static bool
is_text(struct span bytes, const char *text)
PRE(SPAN_VALUE(bytes) && FRESH_BYTES(text, 32) && text[31] == 0)
ASSIGNS()
{
	size_t len = 0;

	while (text[len] != '\0')
	LOOP_ASSIGNS(len)
	LOOP_INVARIANT(len < __CPROVER_OBJECT_SIZE(text) - __CPROVER_POINTER_OFFSET(text))
	LOOP_INVARIANT(__CPROVER_OBJECT_SIZE(text) - __CPROVER_POINTER_OFFSET(text) < NAME_MAX || text[NAME_MAX - 1] != '\0' || len < NAME_MAX)
	LOOP_DECREASES(__CPROVER_OBJECT_SIZE(text) - len)
		len++;
	return bytes_equal(bytes, (struct span){ (const uint8_t *)text, len });
}

static bool
hex_digit(uint8_t *value, uint8_t digit)
PRE(FRESH(value))
ASSIGNS(*value)
POST(!RETVAL || *value < 16)
{
	if (digit >= '0' && digit <= '9')
		*value = (uint8_t)(digit - '0');
	else if (digit >= 'a' && digit <= 'f')
		*value = (uint8_t)(digit - 'a' + 10);
	else
		return false;
	return true;
}

/* `hex` has 2 * len digits.  Part of `bytes` may be written when this fails. */
static bool
read_hex(uint8_t *bytes, struct span hex)
PRE(SPAN_VALUE(hex) && FRESH_BYTES(bytes, hex.len / 2))
ASSIGNS(UP_TO(bytes, hex.len / 2))
{
	for (size_t i = 0; i < hex.len / 2; i++)
	LOOP_ASSIGNS(i, UP_TO(bytes, hex.len / 2))
	LOOP_INVARIANT(i <= hex.len / 2)
	LOOP_DECREASES(hex.len / 2 - i)
	{
		uint8_t high, low;

		if (!hex_digit(&high, hex.ptr[2 * i]) || !hex_digit(&low, hex.ptr[2 * i + 1]))
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* Four decimal numbers of 0 to 255 without leading zeros. */
static bool
read_ipv4(uint32_t *address, struct span text)
PRE(FRESH(address) && SPAN_VALUE(text))
ASSIGNS(*address)
{
	uint32_t part = 0;
	unsigned num_digits = 0, num_dots = 0;

	*address = 0;
	for (size_t i = 0; i < text.len; i++)
	LOOP_ASSIGNS(i, part, num_digits, num_dots, *address)
	LOOP_INVARIANT(i <= text.len && part <= 255 && num_dots <= 3 && num_digits <= i && *address < 1u << (8 * num_dots))
	LOOP_DECREASES(text.len - i)
	{
		uint8_t c = text.ptr[i];

		if (c == '.' && num_digits > 0 && num_dots < 3) {
			*address = *address << 8 | part;
			part = num_digits = 0;
			num_dots++;
			continue;
		}
		if (c < '0' || c > '9' || (num_digits > 0 && part == 0))
			return false;
		part = part * 10 + (uint32_t)(c - '0');
		num_digits++;
		if (part > 255)
			return false;
	}
	*address = *address << 8 | part;
	return num_dots == 3 && num_digits > 0;
}

static bool
read_chain(enum wallet_chain *chain, struct span name)
PRE(FRESH(chain) && SPAN_VALUE(name))
ASSIGNS(*chain)
{
	for (unsigned i = 0; i <= WALLET_REGTEST; i++)
	LOOP_ASSIGNS(i)
	LOOP_INVARIANT(i <= WALLET_REGTEST + 1)
	LOOP_DECREASES(WALLET_REGTEST + 1 - i)
	{
		if (!is_text(name, wallet_chain_name((enum wallet_chain)i)))
			continue;
		*chain = (enum wallet_chain)i;
		return true;
	}
	return false;
}

/* All readers return BOOT_NUM_REASONS for "nothing wrong". */
static enum boot_reason
read_authority(struct boot_authority *authority, struct span hex)
PRE(FRESH(authority) && SPAN_VALUE(hex) && authority->der_len <= BOOT_AUTHORITY_MAX)
ASSIGNS(*authority)
POST(authority->der_len <= BOOT_AUTHORITY_MAX)
{
	if (hex.len % 2 != 0 || hex.len / 2 > BOOT_AUTHORITY_MAX)
		return BOOT_BAD_LENGTH;
	authority->der_len = hex.len / 2;
	return read_hex(authority->der, hex) ? BOOT_NUM_REASONS : BOOT_BAD_HEX;
}

static enum boot_reason
read_fixed(uint8_t bytes[32], struct span hex)
PRE(FRESH_BYTES(bytes, 32) && SPAN_VALUE(hex))
ASSIGNS(UP_TO(bytes, 32))
{
	if (hex.len != 64)
		return BOOT_BAD_LENGTH;
	return read_hex(bytes, hex) ? BOOT_NUM_REASONS : BOOT_BAD_HEX;
}

/* Sizes of QR codes are 21, 25, 29...; what does not fill the last byte is zero. */
static bool
read_qr(struct boot_qr *qr, struct span value)
PRE(FRESH(qr) && SPAN_VALUE(value))
ASSIGNS(*qr)
POST(!RETVAL || (qr->size >= 21 && qr->size <= BOOT_QR_MAX))
{
	size_t num_bits, len;

	if (value.len < 3 || value.ptr[0] < '2' || value.ptr[0] > '9' || value.ptr[1] < '0' || value.ptr[1] > '9'
	    || value.ptr[2] != ' ')
		return false;
	qr->size = (uint8_t)((value.ptr[0] - '0') * 10 + value.ptr[1] - '0');
	num_bits = (size_t)qr->size * qr->size;
	len = (num_bits + 7) / 8;
	if (qr->size < 21 || qr->size > BOOT_QR_MAX || qr->size % 4 != 1 || value.len - 3 != 2 * len
	    || !read_hex(qr->bits, (struct span){ value.ptr + 3, value.len - 3 }))
		return false;
	return (qr->bits[len - 1] & ((1u << (8 * len - num_bits)) - 1)) == 0;
}

static const char MARKS[] = ":/.@-_+~?=#%,";

/* Letters, digits and the marks of a URI that mean nothing in HTML or JSON. */
static bool
read_contact(char contact[BOOT_CONTACT_MAX + 1], struct span value)
PRE(FRESH_BYTES(contact, BOOT_CONTACT_MAX + 1) && SPAN_VALUE(value))
ASSIGNS(UP_TO(contact, BOOT_CONTACT_MAX + 1))
{
	if (value.len > BOOT_CONTACT_MAX)
		return false;
	for (size_t i = 0; i < value.len; i++)
	LOOP_ASSIGNS(i, UP_TO(contact, BOOT_CONTACT_MAX + 1))
	LOOP_INVARIANT(i <= value.len)
	LOOP_DECREASES(value.len - i)
	{
		uint8_t c = value.ptr[i];
		size_t mark = 0;

		while (MARKS[mark] != '\0' && (uint8_t)MARKS[mark] != c)
		LOOP_ASSIGNS(mark)
		LOOP_INVARIANT(mark < sizeof MARKS)
		LOOP_DECREASES(sizeof MARKS - mark)
			mark++;
		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && MARKS[mark] == '\0')
			return false;
		contact[i] = (char)c;
	}
	return true;
}

static enum boot_reason
read_value(struct boot *boot, enum boot_key key, struct span value)
PRE(FRESH(boot) && SPAN_VALUE(value) && AUTHORITIES_FIT(boot))
ASSIGNS(*boot)
POST(AUTHORITIES_FIT(boot))
{
	uint8_t seed[32];
	enum boot_reason reason;

	switch (key) {
	case BOOT_ADDRESS:
		return read_ipv4(&boot->address, value) ? BOOT_NUM_REASONS : BOOT_BAD_NUMBER;
	case BOOT_NETMASK:
		return read_ipv4(&boot->netmask, value) ? BOOT_NUM_REASONS : BOOT_BAD_NUMBER;
	case BOOT_GATEWAY:
		return read_ipv4(&boot->gateway, value) ? BOOT_NUM_REASONS : BOOT_BAD_NUMBER;
	case BOOT_CHAIN:
		return read_chain(&boot->chain, value) ? BOOT_NUM_REASONS : BOOT_BAD_CHAIN;
	case BOOT_PRIVATE_KEY:
		return read_fixed(boot->private_key, value);
	case BOOT_SEED:
		reason = read_fixed(seed, value);
		wipe(seed, sizeof seed);
		return reason;
	case BOOT_OWNER_LEAF:
		return read_fixed(boot->owner_leaf, value);
	case BOOT_PEER_AUTHORITY:
		return read_authority(&boot->peer, value);
	case BOOT_SERVER_AUTHORITY:
		return read_authority(&boot->server, value);
	case BOOT_QR:
		return read_qr(&boot->qr, value) ? BOOT_NUM_REASONS : BOOT_BAD_QR;
	case BOOT_CONTACT:
		return read_contact(boot->contact, value) ? BOOT_NUM_REASONS : BOOT_BAD_CONTACT;
	case BOOT_EVENT_ADDRESS:
		boot->full_addresses = is_text(value, "full");
		return boot->full_addresses || is_text(value, "prefix") ? BOOT_NUM_REASONS : BOOT_BAD_EVENT_ADDRESS;
	default:
		return BOOT_DOUBLE_KEY;	/* a second checksum line; read_line has refused it already */
	}
}

static enum boot_reason
read_line(struct boot *boot, struct boot_error *error, struct span line)
PRE(FRESH(boot) && FRESH(error) && SPAN_VALUE(line) && AUTHORITIES_FIT(boot))
ASSIGNS(*boot, error->key)
POST(AUTHORITIES_FIT(boot))
{
	size_t name_len = 0;
	unsigned key = 0;

	while (name_len < line.len && line.ptr[name_len] != ' ')
	LOOP_ASSIGNS(name_len)
	LOOP_INVARIANT(name_len <= line.len)
	LOOP_DECREASES(line.len - name_len)
		name_len++;
	if (name_len == 0 || line.len - name_len < 2)
		return BOOT_BAD_LINE;
	while (key < BOOT_NUM_KEYS && !is_text((struct span){ line.ptr, name_len }, KEYS[key].name))
	LOOP_ASSIGNS(key)
	LOOP_INVARIANT(key <= BOOT_NUM_KEYS)
	LOOP_DECREASES(BOOT_NUM_KEYS - key)
		key++;
	if (key == BOOT_NUM_KEYS)
		return BOOT_UNKNOWN_KEY;
	error->key = (enum boot_key)key;
	if (boot->line[key] != 0)
		return BOOT_DOUBLE_KEY;
	boot->line[key] = error->line;
	return read_value(boot, (enum boot_key)key,
	    (struct span){ line.ptr + name_len + 1, line.len - name_len - 1 });
}

/* Split off the checksum line and compare; `body` is what it covers.  error->line is the last line's. */
static enum boot_reason
read_checksum(struct boot *boot, struct boot_error *error, struct span *body, struct span module)
PRE(FRESH(boot) && FRESH(error) && FRESH(body) && SPAN_VALUE(module) && module.len <= BOOT_MODULE_MAX)
ASSIGNS(boot->line, *error, *body)
POST(RETVAL != BOOT_NUM_REASONS || (body->len >= sizeof FIRST_LINE && body->len < module.len && SAME_POINTER(body->ptr, module.ptr)))
{
	uint8_t said[SHA256_LEN], is[SHA256_LEN];
	struct span last;
	enum boot_reason reason;

	error->key = BOOT_CHECKSUM;
	error->line = 1;
	for (size_t i = 0; i + 1 < module.len; i++)
	LOOP_ASSIGNS(i, error->line)
	LOOP_INVARIANT(i <= module.len && error->line <= 1 + (unsigned)i)
	LOOP_DECREASES(module.len - i)
		error->line += module.ptr[i] == '\n';
	if (module.len < sizeof FIRST_LINE + CHECKSUM_LINE_LEN)
		return BOOT_NO_CHECKSUM;
	*body = (struct span){ module.ptr, module.len - CHECKSUM_LINE_LEN };
	last = (struct span){ module.ptr + body->len, CHECKSUM_LINE_LEN };
	if (body->ptr[body->len - 1] != '\n' || last.ptr[last.len - 1] != '\n'
	    || !is_text((struct span){ last.ptr, last.len - 2 * SHA256_LEN - 1 }, "checksum "))
		return BOOT_NO_CHECKSUM;
	reason = read_fixed(said, (struct span){ last.ptr + last.len - 2 * SHA256_LEN - 1, 2 * SHA256_LEN });
	if (reason != BOOT_NUM_REASONS)
		return reason;
	boot->line[BOOT_CHECKSUM] = error->line;
	sha256(is, *body);
	return ct_equal(said, is, sizeof is) ? BOOT_NUM_REASONS : BOOT_BAD_CHECKSUM;
}

/* One address: not "this network", loopback, multicast or above (RFC 6890), and a host of its network. */
static bool
is_host(uint32_t address, uint32_t netmask)
PRE(true)
ASSIGNS()
{
	uint32_t first = address >> 24, host = address & ~netmask;

	return first != 0 && first != 127 && first < 224 && host != 0 && host != ~netmask;
}

/* What no line can tell alone. */
static enum boot_reason
check_together(const struct boot *boot, struct boot_error *error)
PRE(FRESH(boot) && FRESH(error) && AUTHORITIES_FIT(boot))
ASSIGNS(*error)
{
	uint32_t host_bits = ~boot->netmask;

	for (unsigned key = 0; key < BOOT_NUM_KEYS; key++)
	LOOP_ASSIGNS(key, error->key)
	LOOP_INVARIANT(key <= BOOT_NUM_KEYS)
	LOOP_DECREASES(BOOT_NUM_KEYS - key)
	{
		error->key = (enum boot_key)key;
		if (KEYS[key].required && boot->line[key] == 0)
			return BOOT_MISSING_KEY;	/* at the last line */
	}
	error->line = boot->line[BOOT_NETMASK];
	if ((host_bits & (host_bits + 1)) != 0 || host_bits < 3 || host_bits > 0xffffff)
		return BOOT_BAD_NETMASK;
	error->line = boot->line[BOOT_ADDRESS];
	if (!is_host(boot->address, boot->netmask))
		return BOOT_BAD_ADDRESS;
	error->line = boot->line[BOOT_GATEWAY];
	if (!is_host(boot->gateway, boot->netmask) || boot->gateway == boot->address
	    || ((boot->gateway ^ boot->address) & boot->netmask) != 0)
		return BOOT_BAD_GATEWAY;
	error->line = boot->line[BOOT_CHAIN];
	if (boot->chain == WALLET_MAIN && (boot->peer.der_len != 0 || boot->server.der_len != 0))
		return BOOT_MAIN_WITH_AUTHORITY;
	error->line = boot->line[BOOT_SERVER_AUTHORITY];
	if (boot->peer.der_len != 0 && bytes_equal((struct span){ boot->peer.der, boot->peer.der_len },
	    (struct span){ boot->server.der, boot->server.der_len }))
		return BOOT_SAME_AUTHORITY;
	return BOOT_NUM_REASONS;
}

static enum boot_reason
read_module(struct boot *boot, struct boot_error *error, struct span module)
PRE(FRESH(boot) && FRESH(error) && SPAN_VALUE(module) && AUTHORITIES_FIT(boot))
ASSIGNS(*boot, *error)
POST(AUTHORITIES_FIT(boot))
{
	struct span body, line;
	struct cursor in;
	enum boot_reason reason;

	if (module.len > BOOT_MODULE_MAX)
		return BOOT_TOO_LONG;
	in = cursor_of(module);
	if (!take_line(&in, &line) || !is_text(line, FIRST_LINE))
		return BOOT_BAD_FIRST_LINE;
	reason = read_checksum(boot, error, &body, module);
	if (reason != BOOT_NUM_REASONS)
		return reason;
	in.end = body.len;
	error->line = 1;
	while (take_line(&in, &line))
	LOOP_ASSIGNS(in.pos, line, reason, *boot, *error)
	LOOP_INVARIANT(in.pos <= in.end && AUTHORITIES_FIT(boot) && error->line <= 1 + in.pos)
	LOOP_DECREASES(in.end - in.pos)
	{
		error->line++;
		reason = read_line(boot, error, line);
		if (reason != BOOT_NUM_REASONS)
			return reason;
	}
	error->line = boot->line[BOOT_CHECKSUM];
	return cursor_done(&in) ? check_together(boot, error) : BOOT_BAD_LINE;
}

bool
boot_parse(struct boot *boot, struct boot_error *error, struct span module)
{
	*boot = (struct boot){ .address = 0 };
	*error = (struct boot_error){ BOOT_NUM_REASONS, 1, BOOT_NUM_KEYS };
	error->reason = read_module(boot, error, module);
	if (error->reason == BOOT_NUM_REASONS)
		return true;
	wipe(boot, sizeof *boot);
	return false;
}

void
boot_refusal(struct outbuf *out, const struct boot_error *error)
{
	const char *reason = REASONS[error->reason];
	size_t len = 0;

	text_string(out, "boot module refused: line ");
	text_decimal(out, error->line);
	text_string(out, ": ");
	text_string(out, reason);
	while (reason[len] != '\0')
		len++;
	if (reason[len - 1] == ' ')		/* the reason asks for the key's name */
		text_string(out, KEYS[error->key].name);
	text_string(out, "\n");
}
