/*
 * conn.h: the whole state of one connection.  Only tlsstack sees inside; owners place it in a
 * union tls_conn_store.  Each handshake state's payload holds only what is still needed: the
 * driver wipes the old one on every step.
 */
#ifndef TLS_CONN_H
#define TLS_CONN_H

#include "tlsstack/flight.h"
#include "tlsstack/handshake.h"
#include "tlsstack/limits.h"
#include "tlsstack/record.h"
#include "tlsstack/transcript.h"

/* A secret of the key schedule: hash->len bytes are used. */
struct secret { uint8_t bytes[CRYPTO_HASH_MAX_TLS]; };

/* Between the two hellos (RFC 8446, 4.1.2): the second must be the first, but for what may differ. */
struct hs_retry { const struct tls_group *group; uint8_t hello_digest[32]; };

/* The peer's public key, from Certificate to the signature that proves its possession. */
struct hs_peer_key { uint16_t len; uint8_t spki[TLS_SPKI_MAX]; };

/* A client that has said hello. */
struct hs_client_hello {
	uint8_t random[32], session_id[32];
	uint8_t session_id_len;			/* 32 where TLS 1.3 is spoken (RFC 8446, D.4), else 0 */
	const struct tls_group *group;		/* of the share */
	uint8_t secret[CRYPTO_KX_SECRET_MAX], public[CRYPTO_KX_PUBLIC_MAX];
	bool retried;
};

/* TLS 1.3 client, from ServerHello to Finished. */
struct hs_client13 {
	struct secret client_hs, server_hs, handshake;
	bool requested;				/* a certificate of ours, with one of these schemes */
	const struct tls_credential *credential;
	struct hs_peer_key peer;
};

/* TLS 1.3 server, from its flight to the client's Finished. */
struct hs_server13 {
	struct secret client_hs;			/* verifies the client's Finished */
	struct secret client_ap, server_ap, exporter;	/* of the connection to be */
	struct hs_peer_key peer;
};

/* TLS 1.2, either role, from the hellos to Finished. */
struct hs_shake12 {
	uint8_t client_random[32], server_random[32];
	const struct tls_group *group;
	uint8_t secret[CRYPTO_KX_SECRET_MAX];	/* server: of its share */
	uint8_t public[CRYPTO_KX_PUBLIC_MAX];	/* client: the server's share */
	bool requested;				/* client: a certificate of ours */
	const struct tls_credential *credential;
	struct secret master;
	struct record_secret client, server;	/* keys that change_cipher_spec brings into use */
	struct hs_peer_key peer;		/* len 0: the peer has shown no certificate */
};

/* TLS 1.2, connected. */
struct hs_open12 { struct secret master; uint8_t client_random[32], server_random[32]; };

/* TLS 1.3, connected. */
struct hs_open13 { struct secret read, write, exporter; };

union hs_payload {
	struct hs_retry retry;
	struct hs_client_hello client_hello;
	struct hs_client13 client13;
	struct hs_server13 server13;
	struct hs_open13 open13;
	struct hs_shake12 shake12;
	struct hs_open12 open12;
};

struct hs {
	uint8_t state;			/* enum hs_state; assigned by the driver only */
	bool begun;			/* clients: the first hello is queued */
	bool sent_ccs;			/* our change_cipher_spec of middlebox compatibility */
	uint8_t num_ccs;		/* the peer's */
	uint8_t num_key_updates;	/* in a row without data */
	uint8_t num_post_messages;	/* likewise */
	uint32_t have;			/* bytes of the message being reassembled */
	uint16_t early_data_left;	/* bytes of 0-RTT data that may still be skipped */
	struct witnesses witness;
};

enum event_edge { EVENT_NONE, EVENT_DUE, EVENT_TOLD };

struct tls_conn {
	const struct tls_config *config;
	const struct tls_protocol *protocol;	/* the first of the configuration until a hello chose */
	const struct tls_suite *suite;		/* NULL until chosen */
	uint64_t now_s;
	uint8_t *buffer;			/* lent, or NULL: record half, then message half */

	struct tls_error failure;
	struct tls_info info;
	struct tls_peer peer;
	bool has_peer;
	uint8_t established, peer_closed;	/* enum event_edge */
	bool alert_due;				/* failure.alert has yet to be sent */
	bool close_due, closed;			/* tls_close() was called; close_notify has left */
	bool key_update_due;			/* the peer asked for one */
	bool key_update_answered;		/* it was told once since our last data */
	bool no_renegotiation_due;		/* TLS 1.2: the peer asked for one, and is told no */
	uint8_t alert_received;			/* for failure, when that is why */
	uint8_t num_empty, num_warnings;	/* in a row */

	uint8_t header[RECORD_HEADER_LEN];	/* of the record being read */
	uint8_t header_len;
	uint16_t body_have;
	uint16_t send_limit;			/* bytes of content of a record: record_size_limit */
	struct record_key read, write;

	struct hs hs;
	struct flight flight;
	struct transcript transcript;
	struct crypto_drbg drbg;
	union hs_payload now;
};

/* The longest handshake message, and with it the size of the lent buffer. */
size_t conn_message_max(const struct tls_conn *conn);

/* Note a failure, queue its alert, drop all that waits, wipe all secrets but the write key. */
void conn_fail(struct tls_conn *conn, struct tls_err err);

#endif
