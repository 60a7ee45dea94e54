/*
 * handshake.h: the handshake as data.  One row is one legal (state, message); a protocol is a table
 * of rows: one per version, role and client-authentication policy.  Handlers say where they want to
 * go; the driver decides whether they may.  RFC 8446, appendix A; RFC 5246, 7.3.
 */
#ifndef TLS_HANDSHAKE_H
#define TLS_HANDSHAKE_H

#include "tlsstack/error.h"
#include "tlsstack/witness.h"

/* A state is named for what it waits for. */
#define HS_STATES(X)			\
	X(EXPECT_CLIENT_HELLO)		\
	X(EXPECT_CLIENT_HELLO_2)	\
	X(EXPECT_SERVER_HELLO)		\
	X(EXPECT_SERVER_HELLO_2)	\
	X(EXPECT_ENCRYPTED_EXTENSIONS)	\
	X(EXPECT_REQUEST_OR_CERTIFICATE) \
	X(EXPECT_CERTIFICATE)		\
	X(EXPECT_CERTIFICATE_VERIFY)	\
	X(EXPECT_SERVER_KEY_EXCHANGE)	\
	X(EXPECT_REQUEST_OR_DONE)	\
	X(EXPECT_SERVER_HELLO_DONE)	\
	X(EXPECT_CLIENT_KEY_EXCHANGE)	\
	X(EXPECT_CHANGE_CIPHER_SPEC)	\
	X(EXPECT_FINISHED)		\
	X(CONNECTED)			\
	X(CLOSED)			\
	X(DEAD)

enum hs_state {
#define X(name) HS_##name,
	HS_STATES(X)
#undef X
	HS_NUM_STATES
};

/* HandshakeType, RFC 8446, 4 and RFC 5246, 7.4; change_cipher_spec of TLS 1.2 is a row too. */
enum hs_message {
	MSG_HELLO_REQUEST = 0,
	MSG_CLIENT_HELLO = 1,
	MSG_SERVER_HELLO = 2,
	MSG_NEW_SESSION_TICKET = 4,
	MSG_ENCRYPTED_EXTENSIONS = 8,
	MSG_CERTIFICATE = 11,
	MSG_SERVER_KEY_EXCHANGE = 12,
	MSG_CERTIFICATE_REQUEST = 13,
	MSG_SERVER_HELLO_DONE = 14,
	MSG_CERTIFICATE_VERIFY = 15,
	MSG_CLIENT_KEY_EXCHANGE = 16,
	MSG_FINISHED = 20,
	MSG_KEY_UPDATE = 24,
	MSG_CHANGE_CIPHER_SPEC = 256	/* a record, not a message */
};

#define ENDS_RECORD	1u	/* keys change after it, or we answer: no byte may follow in its record */
#define HASHED		2u	/* the driver adds it to the transcript before the handler runs */
#define WITH_BEFORE	4u	/* the handler wants the transcript hash from before it */

#define TO(name)	(1u << HS_##name)

/* A whole message, as the handlers see it; views are valid during the call. */
struct hs_input {
	struct span whole;			/* header included */
	struct cursor body;
	uint8_t before[CRYPTO_HASH_MAX];	/* WITH_BEFORE */
};

union hs_payload;

/*
 * Do the work of one message: read conn->now, write what is still needed to *next (zero on entry)
 * and name the state to go to.  Never assigns the state.  On failure what it wrote is wiped.
 */
typedef struct tls_err hs_handler(struct tls_conn *conn, union hs_payload *next,
    const struct hs_input *in, enum hs_state *to);

struct hs_row {
	enum hs_state state;
	enum hs_message message;
	unsigned flags;
	uint32_t next;		/* union of TO(...): where the handler may go */
	hs_handler *handle;
};

enum peer_policy { PEER_NONE, PEER_OPTIONAL, PEER_REQUIRED };	/* must the peer prove who it is? */

struct tls_protocol {
	uint16_t version;
	bool is_server;
	enum peer_policy peer;
	const struct hs_row *rows;
	size_t num_rows;

	/* Of the first hello: which of config->protocols it leads to. */
	struct tls_err (*choose)(const struct tls_protocol **chosen, const struct tls_conn *conn,
	    struct cursor body);

	/* Clients: queue the first ClientHello.  Servers: NULL. */
	void (*begin)(struct tls_conn *conn);

	/* Append a KeyUpdate and change the write key; NULL where the version has none. */
	void (*rekey)(struct tls_conn *conn, struct outbuf *out);

	/* tls_export() of a connected connection. */
	void (*export)(const struct tls_conn *conn, uint8_t *out, size_t out_len, struct span label,
	    struct span context);
};

/* The row for a message in a state, or NULL. */
const struct hs_row *handshake_row(const struct tls_protocol *protocol, enum hs_state state, unsigned message);

/*
 * Feed handshake bytes of one record.  Reassembles in the message half of the lent buffer and runs
 * each complete message through the table.
 */
MUST_CHECK struct tls_err handshake_input(struct tls_conn *conn, struct span bytes);

/* Feed a change_cipher_spec of TLS 1.2, where it is a row of the table. */
MUST_CHECK struct tls_err handshake_change_cipher_spec(struct tls_conn *conn);

/* True while a message is half read. */
MUST_CHECK bool handshake_partial(const struct tls_conn *conn);

#endif
