/*
 * monitor.c: the rules.  Each message has one rule: the facts without which, and after which, it may not come.
 * Nothing optional that Piñata does not speak is allowed: no resumption, early data, renegotiation, status request
 * or authentication after the handshake was ever offered, so their messages are unexpected (8446, 4.6.2; 5246, 7.4).
 */
#include "monitor.h"

#include <stddef.h>

/* 8446, 4 and 5246, 7.4. */
enum {
	HELLO_REQUEST = 0, CLIENT_HELLO = 1, SERVER_HELLO = 2, NEW_SESSION_TICKET = 4, ENCRYPTED_EXTENSIONS = 8,
	CERTIFICATE = 11, SERVER_KEY_EXCHANGE = 12, CERTIFICATE_REQUEST = 13, SERVER_HELLO_DONE = 14,
	CERTIFICATE_VERIFY = 15, CLIENT_KEY_EXCHANGE = 16, FINISHED = 20, KEY_UPDATE = 24
};

static bool
has(const struct monitor *mon, uint32_t facts) { return (mon->seen & facts) == facts; }

static bool
lacks(const struct monitor *mon, uint32_t facts) { return (mon->seen & facts) == 0; }

/* Did the client prove who it is, as far as the server asked?  8446, 4.4.2.4 and 4.4.3; 5246, 7.4.6 and 7.4.8. */
static bool
client_proved(const struct monitor *mon)
{
	if (mon->policy == MON_NO_CERTIFICATE)
		return lacks(mon, SEEN_CERTIFICATE | SEEN_VERIFY);
	if (has(mon, SEEN_CERTIFICATE | SEEN_EMPTY))
		return mon->policy == MON_CERTIFICATE_OPTIONAL && lacks(mon, SEEN_VERIFY);
	return has(mon, SEEN_CERTIFICATE | SEEN_VERIFY);
}

/* 8446, A.2: ClientHello [ClientHello], [Certificate [CertificateVerify]] Finished, then KeyUpdate. */
static bool
server13_allows(const struct monitor *mon, struct mon_event event)
{
	switch (event.type) {
	case CLIENT_HELLO:	/* 4.1.2: at any other time: unexpected_message.  5.1: keys change after it */
		return !event.more && lacks(mon, SEEN_SERVER_HELLO | SEEN_SECOND_HELLO) &&
		    (lacks(mon, SEEN_CLIENT_HELLO) || has(mon, SEEN_RETRY));
	case CERTIFICATE:	/* 4.4.2: if and only if the server asked for it */
		return has(mon, SEEN_SERVER_HELLO) && lacks(mon, SEEN_CERTIFICATE | SEEN_FINISHED) &&
		    mon->policy != MON_NO_CERTIFICATE && (!event.empty || mon->policy == MON_CERTIFICATE_OPTIONAL);
	case CERTIFICATE_VERIFY:	/* 4.4.3: immediately after a Certificate that is not empty */
		return has(mon, SEEN_CERTIFICATE) && lacks(mon, SEEN_EMPTY | SEEN_VERIFY | SEEN_FINISHED);
	case FINISHED:		/* 4.4.4 */
		return !event.more && has(mon, SEEN_SERVER_HELLO) && lacks(mon, SEEN_FINISHED) && client_proved(mon);
	case KEY_UPDATE:	/* 4.6.3: before Finished: unexpected_message */
		return !event.more && has(mon, SEEN_FINISHED);
	default:
		return false;
	}
}

/* 8446, A.1. */
static bool
client13_allows(const struct monitor *mon, struct mon_event event)
{
	switch (event.type) {
	case SERVER_HELLO:	/* 4.1.4: a second HelloRetryRequest: unexpected_message */
		return !event.more && lacks(mon, SEEN_SERVER_HELLO) && (!event.retry || lacks(mon, SEEN_RETRY));
	case ENCRYPTED_EXTENSIONS:	/* 4.3.1 */
		return has(mon, SEEN_SERVER_HELLO) && lacks(mon, SEEN_EXTENSIONS);
	case CERTIFICATE_REQUEST:	/* 4.3.2: follows EncryptedExtensions; 4.6.2: not after Finished unless offered */
		return has(mon, SEEN_EXTENSIONS) && lacks(mon, SEEN_REQUEST | SEEN_CERTIFICATE);
	case CERTIFICATE:	/* 4.4.2: the server's is never empty; without a PSK it always comes */
		return has(mon, SEEN_EXTENSIONS) && lacks(mon, SEEN_CERTIFICATE) && !event.empty;
	case CERTIFICATE_VERIFY:
		return has(mon, SEEN_CERTIFICATE) && lacks(mon, SEEN_VERIFY);
	case FINISHED:
		return !event.more && has(mon, SEEN_CERTIFICATE | SEEN_VERIFY) && lacks(mon, SEEN_FINISHED);
	case NEW_SESSION_TICKET:	/* 4.6.1: any time after the client's Finished */
		return has(mon, SEEN_FINISHED);
	case KEY_UPDATE:
		return !event.more && has(mon, SEEN_FINISHED);
	default:
		return false;
	}
}

/* 5246, 7.3: ClientHello, [Certificate] ClientKeyExchange [CertificateVerify] [ChangeCipherSpec] Finished. */
static bool
server12_allows(const struct monitor *mon, struct mon_event event)
{
	switch (event.type) {
	case CLIENT_HELLO:	/* 5746: no second one, we never renegotiate */
		return lacks(mon, SEEN_CLIENT_HELLO);
	case CERTIFICATE:	/* 7.4.6 */
		return has(mon, SEEN_SERVER_HELLO) && lacks(mon, SEEN_CERTIFICATE | SEEN_CLIENT_KEY) &&
		    mon->policy != MON_NO_CERTIFICATE && (!event.empty || mon->policy == MON_CERTIFICATE_OPTIONAL);
	case CLIENT_KEY_EXCHANGE:	/* 7.4.7: always; follows the Certificate where there is one */
		return has(mon, SEEN_SERVER_HELLO) && lacks(mon, SEEN_CLIENT_KEY) &&
		    (mon->policy == MON_NO_CERTIFICATE || has(mon, SEEN_CERTIFICATE));
	case CERTIFICATE_VERIFY:	/* 7.4.8: follows ClientKeyExchange, after a Certificate that is not empty */
		return has(mon, SEEN_CLIENT_KEY | SEEN_CERTIFICATE) && lacks(mon, SEEN_EMPTY | SEEN_VERIFY | SEEN_CIPHER_SPEC);
	case FINISHED:		/* 7.4.9: immediately after ChangeCipherSpec */
		return has(mon, SEEN_CIPHER_SPEC | SEEN_CLIENT_KEY) && lacks(mon, SEEN_FINISHED) && client_proved(mon);
	default:
		return false;
	}
}

/* 5246, 7.3, with ECDHE (8422, 2: ServerKeyExchange always). */
static bool
client12_allows(const struct monitor *mon, struct mon_event event)
{
	switch (event.type) {
	case SERVER_HELLO:
		return lacks(mon, SEEN_SERVER_HELLO) && !event.retry;
	case CERTIFICATE:	/* 7.4.2 */
		return has(mon, SEEN_SERVER_HELLO) && lacks(mon, SEEN_CERTIFICATE) && !event.empty;
	case SERVER_KEY_EXCHANGE:	/* 7.4.3: immediately after the server's Certificate */
		return has(mon, SEEN_CERTIFICATE) && lacks(mon, SEEN_SERVER_KEY);
	case CERTIFICATE_REQUEST:	/* 7.4.4: immediately after ServerKeyExchange */
		return has(mon, SEEN_SERVER_KEY) && lacks(mon, SEEN_REQUEST | SEEN_HELLO_DONE);
	case SERVER_HELLO_DONE:	/* 7.4.5 */
		return has(mon, SEEN_SERVER_KEY) && lacks(mon, SEEN_HELLO_DONE);
	case FINISHED:
		return has(mon, SEEN_CIPHER_SPEC | SEEN_HELLO_DONE) && lacks(mon, SEEN_FINISHED);
	default:
		return false;
	}
}

/* 5246, 7.1: one, after the key exchange and all proofs, right before Finished (early CCS: CVE-2014-0224). */
static bool
cipher_spec12_allowed(const struct monitor *mon)
{
	if (!lacks(mon, SEEN_CIPHER_SPEC | SEEN_FINISHED))
		return false;
	return mon->server ? has(mon, SEEN_CLIENT_KEY) && client_proved(mon) : has(mon, SEEN_HELLO_DONE);
}

bool
monitor_allows(const struct monitor *mon, struct mon_event event)
{
	if (has(mon, SEEN_END))
		return false;
	if (event.inside && event.kind != MON_FATAL_ALERT)	/* 8446, 5.1: no other record between the pieces of a message */
		return false;
	switch (event.kind) {
	case MON_MESSAGE:
		if (mon->tls13)
			return mon->server ? server13_allows(mon, event) : client13_allows(mon, event);
		return mon->server ? server12_allows(mon, event) : client12_allows(mon, event);
	case MON_CHANGE_CIPHER_SPEC:	/* 8446, 5: dropped from the first ClientHello to the peer's Finished */
		if (mon->tls13)
			return has(mon, SEEN_CLIENT_HELLO) && lacks(mon, SEEN_FINISHED);
		return cipher_spec12_allowed(mon);
	case MON_APP_DATA:	/* 8446, 2 and 5246, 7.3: after the peer's Finished */
		return has(mon, SEEN_FINISHED);
	case MON_FATAL_ALERT: case MON_CLOSE_NOTIFY:
		return true;
	default:		/* 8446, 5: unexpected_message */
		return false;
	}
}

/* What the RFCs allow and a strict machine may refuse: it costs no honest peer anything. */
static bool
may_refuse(const struct monitor *mon, struct mon_event event)
{
	if (event.kind == MON_FATAL_ALERT || event.kind == MON_CLOSE_NOTIFY)
		return true;
	/*
	 * 1.3, D.4: a server's compatibility record follows its first hello, so none comes before; while the version is open
	 * an early CCS of TLS 1.2 would look the same (CVE-2014-0224).
	 */
	if (event.kind == MON_CHANGE_CIPHER_SPEC && mon->tls13 && !mon->server && lacks(mon, SEEN_SERVER_HELLO | SEEN_RETRY))
		return true;
	/* 1.2: the message that the other side answers, or that ends its part, with the next one in the same record. */
	return !mon->tls13 && event.more && (event.type == CLIENT_HELLO || event.type == SERVER_HELLO_DONE || event.type == FINISHED);
}

static const char *
name_of(struct mon_event event)
{
	switch (event.kind == MON_MESSAGE ? (int)event.type : -(int)event.kind) {
	case -MON_CHANGE_CIPHER_SPEC:	return "ChangeCipherSpec taken out of order";
	case -MON_APP_DATA:		return "application data taken before Finished";
	case -MON_OTHER_CONTENT:	return "content of an unknown type taken";
	case -MON_CLEAR:		return "a message taken in the clear after keys";
	case CLIENT_HELLO:		return "ClientHello taken out of order";
	case SERVER_HELLO:		return event.retry ? "HelloRetryRequest taken out of order" : "ServerHello taken out of order";
	case ENCRYPTED_EXTENSIONS:	return "EncryptedExtensions taken out of order";
	case CERTIFICATE_REQUEST:	return "CertificateRequest taken out of order";
	case CERTIFICATE:		return event.empty ? "empty Certificate taken" : "Certificate taken out of order";
	case SERVER_KEY_EXCHANGE:	return "ServerKeyExchange taken out of order";
	case SERVER_HELLO_DONE:		return "ServerHelloDone taken out of order";
	case CLIENT_KEY_EXCHANGE:	return "ClientKeyExchange taken out of order";
	case CERTIFICATE_VERIFY:	return "CertificateVerify taken out of order";
	case FINISHED:			return "Finished taken out of order";
	case NEW_SESSION_TICKET:	return "NewSessionTicket taken out of order";
	case KEY_UPDATE:		return "KeyUpdate taken out of order";
	default:			return "a message taken that this side never expects";
	}
}

/* An event was taken that should not have been: which rule is that? */
static const char *
taken(const struct monitor *mon, struct mon_event event)
{
	struct mon_event alone = event;

	alone.more = false;
	if (event.inside)
		return "a record taken inside a message";
	return monitor_allows(mon, alone) ? "bytes taken after a message that changes the keys" : name_of(event);
}

static uint32_t
fact_of(const struct monitor *mon, struct mon_event event)
{
	switch (event.type) {
	case CLIENT_HELLO:		return has(mon, SEEN_CLIENT_HELLO) ? SEEN_SECOND_HELLO : SEEN_CLIENT_HELLO;
	case SERVER_HELLO:		return event.retry ? SEEN_RETRY : SEEN_SERVER_HELLO;
	case ENCRYPTED_EXTENSIONS:	return SEEN_EXTENSIONS;
	case CERTIFICATE_REQUEST:	return SEEN_REQUEST;
	case CERTIFICATE:		return SEEN_CERTIFICATE | (event.empty ? SEEN_EMPTY : 0u);
	case SERVER_KEY_EXCHANGE:	return SEEN_SERVER_KEY;
	case SERVER_HELLO_DONE:		return SEEN_HELLO_DONE;
	case CLIENT_KEY_EXCHANGE:	return SEEN_CLIENT_KEY;
	case CERTIFICATE_VERIFY:	return SEEN_VERIFY;
	case FINISHED:			return SEEN_FINISHED;
	default:			return 0;
	}
}

/* What a server sends about a hello: HelloRetryRequest at most once (8446, 4.1.4), one ServerHello, each for a hello just read. */
static const char *
answer_is_wrong(const struct monitor *mon, struct mon_event event, struct mon_action action)
{
	bool hello = mon->server && event.kind == MON_MESSAGE && event.type == CLIENT_HELLO && !action.refused;

	if (!hello)
		return action.sent_hello || action.sent_retry ? "a hello sent to nobody" : NULL;
	if (action.sent_hello == action.sent_retry)
		return "a ClientHello without one answer";
	if (action.sent_retry && (!mon->tls13 || has(mon, SEEN_RETRY)))
		return "a second HelloRetryRequest sent";
	return NULL;
}

/* What is told to the application: complete with Finished and not before, the peer named only after certificate and signature. */
static const char *
news_is_wrong(const struct monitor *mon, struct mon_event event, struct mon_action action)
{
	bool finished = event.kind == MON_MESSAGE && event.type == FINISHED && !action.refused;
	bool must_name = !mon->server || (has(mon, SEEN_CERTIFICATE) && lacks(mon, SEEN_EMPTY));

	if (action.connected != finished)
		return finished ? "Finished does not connect" : "connected without Finished";
	if (action.named && !(action.connected && must_name))
		return "a peer named without a certificate";
	if (mon->server && action.connected && mon->policy == MON_CERTIFICATE_REQUIRED && !action.named)
		return "connected without the required certificate";
	if (!mon->server && action.connected && !action.named)
		return "connected to a server without a name";
	/* Server: its key exchange is what is signed; 8422, 5.4.  A 1.2 client must have seen it. */
	if (!mon->server && !mon->tls13 && action.connected && lacks(mon, SEEN_SERVER_KEY))
		return "connected without the server's signature";
	if (action.delivered && event.kind != MON_APP_DATA)
		return "bytes delivered that are not application data";
	return NULL;
}

/*
 * 5246, 7.4.1.1 and 7.2.2: a request to renegotiate may be declined with no_renegotiation, HelloRequest also in
 * silence.  It changes nothing and is never hashed.
 */
static bool
may_be_ignored(const struct monitor *mon, struct mon_event event)
{
	if (event.kind == MON_CHANGE_CIPHER_SPEC)
		return mon->tls13 && monitor_allows(mon, event);
	return !mon->tls13 && event.kind == MON_MESSAGE && has(mon, SEEN_FINISHED) && lacks(mon, SEEN_END) && !event.inside &&
	    event.type == (mon->server ? CLIENT_HELLO : HELLO_REQUEST);
}

static void
judge(struct monitor *mon, struct mon_event event, struct mon_action action)
{
	bool allowed = monitor_allows(mon, event), alert = event.kind == MON_FATAL_ALERT;

	if (has(mon, SEEN_END) && (!action.refused || action.connected || action.delivered))
		mon->broken = "something done after the end";
	else if (alert && !action.refused)
		mon->broken = "a fatal alert survived";
	else if (action.ignored && !action.refused)
		mon->broken = may_be_ignored(mon, event) && !action.connected && !action.delivered ? NULL : taken(mon, event);
	else if (!allowed && !action.refused)
		mon->broken = taken(mon, event);
	else if (allowed && action.refused && !may_refuse(mon, event))
		mon->broken = "a message that must be taken is refused";
	else if (answer_is_wrong(mon, event, action) != NULL)
		mon->broken = answer_is_wrong(mon, event, action);
	else if (news_is_wrong(mon, event, action) != NULL)
		mon->broken = news_is_wrong(mon, event, action);
}

void
monitor_step(struct monitor *mon, struct mon_event event, struct mon_action action)
{
	if (mon->broken != NULL)
		return;
	judge(mon, event, action);
	if (action.refused || event.kind == MON_CLOSE_NOTIFY) {
		mon->seen |= SEEN_END;		/* 8446, 6.1 and 6.2; 5246, 7.2: each failure is fatal, and close_notify the last word */
		return;
	}
	if (action.ignored)
		return;
	if (event.kind == MON_MESSAGE)
		mon->seen |= fact_of(mon, event);
	else if (event.kind == MON_CHANGE_CIPHER_SPEC && !mon->tls13)
		mon->seen |= SEEN_CIPHER_SPEC;
	mon->seen |= (action.sent_retry ? SEEN_RETRY : 0u) | (action.sent_hello ? SEEN_SERVER_HELLO : 0u);
}
