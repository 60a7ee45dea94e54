/*
 * search.c: every way through the handshake.  Prints TAP; a violated rule is printed with the events that led there.
 *
 *   reach     from the first state, every event in every reachable pair of machine and monitor: traces of any length
 *   keep      one-step induction: INVARIANT ties states to what the monitor saw; it holds at first, and every event
 *             from every pair that satisfies it (reachable or not) breaks no rule and leads to such a pair again
 *   lies      handlers that go to any state their row names: at worst the machine panics; it never connects without
 *             the certificate, signature and Finished that its policy demands
 *   mutants   a row added, widened or taken away: each must break the rule that it names (with forged witnesses:
 *             else the driver would panic before the rule is broken)
 *
 *   model     the real handlers do with an empty Certificate what the model says
 *
 * `search driver` leaves the mutants of tables out: for those of the driver (check.py).
 */
#include "tests/proofs/machine/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NODES 20000

struct node { struct tls_conn conn; struct monitor mon; int from; struct mon_event event; };

static struct node *nodes;
static int num_nodes;
static unsigned moves;

static const struct { const char *name; const struct tls_protocol *protocol; enum mon_policy policy; } PROTOCOLS[] = {
	{ "tls13_server", &tls13_server, MON_NO_CERTIFICATE },
	{ "tls13_server_client_cert_required", &tls13_server_client_cert_required, MON_CERTIFICATE_REQUIRED },
	{ "tls13_server_client_cert_optional", &tls13_server_client_cert_optional, MON_CERTIFICATE_OPTIONAL },
	{ "tls13_client", &tls13_client, MON_NO_CERTIFICATE },
	{ "tls12_server", &tls12_server, MON_NO_CERTIFICATE },
	{ "tls12_server_client_cert_required", &tls12_server_client_cert_required, MON_CERTIFICATE_REQUIRED },
	{ "tls12_server_client_cert_optional", &tls12_server_client_cert_optional, MON_CERTIFICATE_OPTIONAL },
	{ "tls12_client", &tls12_client, MON_NO_CERTIFICATE },
};
#define NUM_PROTOCOLS (sizeof PROTOCOLS / sizeof PROTOCOLS[0])

static const char *const STATE_NAMES[] = {
#define X(name) #name,
	HS_STATES(X)
#undef X
};

/* ---- Events ------------------------------------------------------------------------------------ */

/* Number `i` of all events; false: there are no more. */
static bool
event_number(struct mon_event *event, unsigned i)
{
	static const enum mon_kind RECORDS[] = { MON_CHANGE_CIPHER_SPEC, MON_APP_DATA, MON_FATAL_ALERT, MON_CLOSE_NOTIFY,
	    MON_OTHER_CONTENT, MON_CLEAR };

	memset(event, 0, sizeof *event);
	if (i < 256 * 6) {	/* every message type: three contents, alone or followed */
		event->kind = MON_MESSAGE;
		event->type = (uint8_t)(i / 6);
		event->empty = i % 3 == 1;
		event->retry = i % 3 == 2;
		event->more = i % 6 >= 3;
		return true;
	}
	i -= 256 * 6;
	event->kind = RECORDS[i / 2 % 6];
	event->inside = i % 2 == 1;
	event->type = MSG_FINISHED;	/* of MON_CLEAR, and of the message that is interrupted */
	return i < 12;
}

/* Some mean nothing: a content that the message does not have, a record in the clear before keys. */
static bool
event_means(const struct tls_conn *conn, struct mon_event event)
{
	if (event.empty && event.type != MSG_CERTIFICATE)
		return false;
	if (event.retry && event.type != MSG_SERVER_HELLO)
		return false;
	if (event.kind == MON_CLEAR && (conn->read.suite == NULL || conn->read.suite->version != 0x0304))
		return false;
	return event.kind != MON_OTHER_CONTENT || conn->read.suite != NULL || !event.inside;
}

static void
print_event(struct mon_event event)
{
	static const char *const KINDS[] = { "message", "change_cipher_spec", "data", "fatal alert", "close_notify",
	    "other content", "clear" };

	printf("# %s", KINDS[event.kind]);
	if (event.kind == MON_MESSAGE)
		printf(" %u", event.type);
	printf("%s%s%s%s\n", event.empty ? " empty" : "", event.retry ? " retry" : "", event.more ? " more" : "",
	    event.inside ? " inside a message" : "");
}

static void
print_path(int at)
{
	if (nodes[at].from >= 0) {
		int path[64], len = 0;

		for (int i = at; nodes[i].from >= 0 && len < 64; i = nodes[i].from)
			path[len++] = i;
		while (len > 0)
			print_event(nodes[path[--len]].event);
	}
	printf("# in state %s\n", STATE_NAMES[nodes[at].conn.hs.state]);
}

static struct monitor
monitor_of(const struct tls_protocol *protocol, enum mon_policy policy)
{
	struct monitor mon = { .server = protocol->is_server, .tls13 = protocol->version == 0x0304, .policy = policy };

	if (!mon.server)
		mon.seen = SEEN_CLIENT_HELLO;	/* which it sent itself */
	return mon;
}

/* ---- Search ------------------------------------------------------------------------------------- */

static bool
same(const struct node *a, const struct node *b)
{
	const struct tls_conn *x = &a->conn, *y = &b->conn;

	return a->mon.seen == b->mon.seen && x->hs.state == y->hs.state && x->read.suite == y->read.suite &&
	    x->hs.witness.cert.made == y->hs.witness.cert.made && x->hs.witness.sig.made == y->hs.witness.sig.made &&
	    x->hs.witness.finished.made == y->hs.witness.finished.made && x->has_peer == y->has_peer &&
	    x->established == y->established && x->peer_closed == y->peer_closed && x->failure.code == y->failure.code &&
	    x->info.version == y->info.version;
}

static void
keep(const struct node *node)
{
	for (int i = 0; i < num_nodes; i++)
		if (same(&nodes[i], node))
			return;
	if (num_nodes == NODES)
		abort();
	nodes[num_nodes++] = *node;
}

/* Who was named, or had to be, has shown a certificate and a signature. */
static bool
proved(const struct monitor *mon, bool named)
{
	uint32_t signature = mon->server || mon->tls13 ? SEEN_VERIFY : SEEN_SERVER_KEY;

	if (!named)
		return mon->server && mon->policy != MON_CERTIFICATE_REQUIRED;
	return (mon->seen & SEEN_CERTIFICATE) && !(mon->seen & SEEN_EMPTY) && (mon->seen & signature) && (mon->seen & SEEN_FINISHED);
}

/* All ways that one event can go from node `at`.  Returns the rule that broke, or NULL. */
static const char *
expand(const struct machine *machine, int at, enum manners manners, struct mon_event event)
{
	unsigned choices = 1;

	if (!event_means(&nodes[at].conn, event))
		return NULL;
	for (unsigned choice = 0; choice < choices || choice == 0; choice++) {
		struct node node = nodes[at];
		struct mon_action action;

		moves++;
		if (!machine_step(machine, &node.conn, &action, &choices, manners, choice, event))
			return manners == LYING ? NULL : "a panic";
		node.from = at;
		node.event = event;
		monitor_step(&node.mon, event, action);
		if (manners == LYING && action.connected && !proved(&node.mon, action.named))
			return "connected to nobody";
		if (manners == LYING)
			node.mon.broken = NULL;
		if (node.mon.broken != NULL)
			return node.mon.broken;
		keep(&node);
	}
	return NULL;
}

/* Returns the rule that broke, or NULL; *connected says whether CONNECTED was reached at all. */
static const char *
search(const struct machine *machine, enum mon_policy policy, enum manners manners, bool *connected, bool verbose)
{
	struct mon_event event;
	const char *broken;

	memset(&nodes[0], 0, sizeof nodes[0]);
	machine_begin(&nodes[0].conn, machine);
	nodes[0].mon = monitor_of(&machine->protocol, policy);
	nodes[0].from = -1;
	num_nodes = 1;
	*connected = false;
	for (int at = 0; at < num_nodes; at++) {
		*connected = *connected || nodes[at].conn.hs.state == HS_CONNECTED;
		for (unsigned i = 0; event_number(&event, i); i++) {
			broken = expand(machine, at, manners, event);
			if (broken == NULL)
				continue;
			if (verbose) {
				print_path(at);
				print_event(event);
				printf("# %s\n", broken);
			}
			return broken;
		}
	}
	return NULL;
}

/* ---- Induction ----------------------------------------------------------------------------------- */

/* In a state the monitor has seen all of `must` and nothing that is not also in `may`. */
struct known { bool server; uint16_t version; uint8_t peer; enum hs_state state; uint32_t must, may; };

#define ANY		255u
#define ASKED		254u	/* required or optional */
#define HELLO		(SEEN_CLIENT_HELLO | SEEN_SERVER_HELLO)
#define RETRIED		(SEEN_RETRY | SEEN_SECOND_HELLO)
#define CERT		SEEN_CERTIFICATE
#define PROVED		(SEEN_CERTIFICATE | SEEN_VERIFY)
#define ENCRYPTED	(HELLO | SEEN_EXTENSIONS)
#define KEYED		(HELLO | SEEN_CERTIFICATE | SEEN_SERVER_KEY)

static const struct known INVARIANT[] = {
	{ true, 0x0304, ANY, HS_EXPECT_CLIENT_HELLO, 0, 0 },
	{ true, 0x0304, ANY, HS_EXPECT_CLIENT_HELLO_2, SEEN_CLIENT_HELLO | SEEN_RETRY, 0 },
	{ true, 0x0304, ASKED, HS_EXPECT_CERTIFICATE, HELLO, RETRIED },
	{ true, 0x0304, ASKED, HS_EXPECT_CERTIFICATE_VERIFY, HELLO | CERT, RETRIED },
	{ true, 0x0304, PEER_NONE, HS_EXPECT_FINISHED, HELLO, RETRIED },
	{ true, 0x0304, PEER_NONE, HS_CONNECTED, HELLO | SEEN_FINISHED, RETRIED },
	{ true, 0x0304, PEER_REQUIRED, HS_EXPECT_FINISHED, HELLO | PROVED, RETRIED },
	{ true, 0x0304, PEER_REQUIRED, HS_CONNECTED, HELLO | PROVED | SEEN_FINISHED, RETRIED },
	{ true, 0x0304, PEER_OPTIONAL, HS_EXPECT_FINISHED, HELLO | PROVED, RETRIED },
	{ true, 0x0304, PEER_OPTIONAL, HS_EXPECT_FINISHED, HELLO | CERT | SEEN_EMPTY, RETRIED },
	{ true, 0x0304, PEER_OPTIONAL, HS_CONNECTED, HELLO | PROVED | SEEN_FINISHED, RETRIED },
	{ true, 0x0304, PEER_OPTIONAL, HS_CONNECTED, HELLO | CERT | SEEN_EMPTY | SEEN_FINISHED, RETRIED },

	{ false, 0x0304, ANY, HS_EXPECT_SERVER_HELLO, SEEN_CLIENT_HELLO, 0 },
	{ false, 0x0304, ANY, HS_EXPECT_SERVER_HELLO_2, SEEN_CLIENT_HELLO | SEEN_RETRY, 0 },
	{ false, 0x0304, ANY, HS_EXPECT_ENCRYPTED_EXTENSIONS, HELLO, SEEN_RETRY },
	{ false, 0x0304, ANY, HS_EXPECT_REQUEST_OR_CERTIFICATE, ENCRYPTED, SEEN_RETRY },
	{ false, 0x0304, ANY, HS_EXPECT_CERTIFICATE, ENCRYPTED | SEEN_REQUEST, SEEN_RETRY },
	{ false, 0x0304, ANY, HS_EXPECT_CERTIFICATE_VERIFY, ENCRYPTED | CERT, SEEN_RETRY | SEEN_REQUEST },
	{ false, 0x0304, ANY, HS_EXPECT_FINISHED, ENCRYPTED | PROVED, SEEN_RETRY | SEEN_REQUEST },
	{ false, 0x0304, ANY, HS_CONNECTED, ENCRYPTED | PROVED | SEEN_FINISHED, SEEN_RETRY | SEEN_REQUEST },

	{ true, 0x0303, ANY, HS_EXPECT_CLIENT_HELLO, 0, 0 },
	{ true, 0x0303, ASKED, HS_EXPECT_CERTIFICATE, HELLO, 0 },
	{ true, 0x0303, PEER_NONE, HS_EXPECT_CLIENT_KEY_EXCHANGE, HELLO, 0 },
	{ true, 0x0303, PEER_NONE, HS_EXPECT_CHANGE_CIPHER_SPEC, HELLO | SEEN_CLIENT_KEY, 0 },
	{ true, 0x0303, PEER_NONE, HS_EXPECT_FINISHED, HELLO | SEEN_CLIENT_KEY | SEEN_CIPHER_SPEC, 0 },
	{ true, 0x0303, PEER_NONE, HS_CONNECTED, HELLO | SEEN_CLIENT_KEY | SEEN_CIPHER_SPEC | SEEN_FINISHED, 0 },
	{ true, 0x0303, PEER_REQUIRED, HS_EXPECT_CLIENT_KEY_EXCHANGE, HELLO | CERT, 0 },
	{ true, 0x0303, ASKED, HS_EXPECT_CERTIFICATE_VERIFY, HELLO | CERT | SEEN_CLIENT_KEY, 0 },
	{ true, 0x0303, PEER_REQUIRED, HS_EXPECT_CHANGE_CIPHER_SPEC, HELLO | PROVED | SEEN_CLIENT_KEY, 0 },
	{ true, 0x0303, PEER_REQUIRED, HS_EXPECT_FINISHED, HELLO | PROVED | SEEN_CLIENT_KEY | SEEN_CIPHER_SPEC, 0 },
	{ true, 0x0303, PEER_REQUIRED, HS_CONNECTED, HELLO | PROVED | SEEN_CLIENT_KEY | SEEN_CIPHER_SPEC | SEEN_FINISHED, 0 },
	{ true, 0x0303, PEER_OPTIONAL, HS_EXPECT_CLIENT_KEY_EXCHANGE, HELLO | CERT, SEEN_EMPTY },
	{ true, 0x0303, PEER_OPTIONAL, HS_EXPECT_CHANGE_CIPHER_SPEC, HELLO | PROVED | SEEN_CLIENT_KEY, 0 },
	{ true, 0x0303, PEER_OPTIONAL, HS_EXPECT_CHANGE_CIPHER_SPEC, HELLO | CERT | SEEN_EMPTY | SEEN_CLIENT_KEY, 0 },
	{ true, 0x0303, PEER_OPTIONAL, HS_EXPECT_FINISHED, HELLO | PROVED | SEEN_CLIENT_KEY | SEEN_CIPHER_SPEC, 0 },
	{ true, 0x0303, PEER_OPTIONAL, HS_EXPECT_FINISHED, HELLO | CERT | SEEN_EMPTY | SEEN_CLIENT_KEY | SEEN_CIPHER_SPEC, 0 },
	{ true, 0x0303, PEER_OPTIONAL, HS_CONNECTED, HELLO | PROVED | SEEN_CLIENT_KEY | SEEN_CIPHER_SPEC | SEEN_FINISHED, 0 },
	{ true, 0x0303, PEER_OPTIONAL, HS_CONNECTED,
	    HELLO | CERT | SEEN_EMPTY | SEEN_CLIENT_KEY | SEEN_CIPHER_SPEC | SEEN_FINISHED, 0 },

	{ false, 0x0303, ANY, HS_EXPECT_SERVER_HELLO, SEEN_CLIENT_HELLO, 0 },
	{ false, 0x0303, ANY, HS_EXPECT_CERTIFICATE, HELLO, 0 },
	{ false, 0x0303, ANY, HS_EXPECT_SERVER_KEY_EXCHANGE, HELLO | CERT, 0 },
	{ false, 0x0303, ANY, HS_EXPECT_REQUEST_OR_DONE, KEYED, 0 },
	{ false, 0x0303, ANY, HS_EXPECT_SERVER_HELLO_DONE, KEYED | SEEN_REQUEST, 0 },
	{ false, 0x0303, ANY, HS_EXPECT_CHANGE_CIPHER_SPEC, KEYED | SEEN_HELLO_DONE, SEEN_REQUEST },
	{ false, 0x0303, ANY, HS_EXPECT_FINISHED, KEYED | SEEN_HELLO_DONE | SEEN_CIPHER_SPEC, SEEN_REQUEST },
	{ false, 0x0303, ANY, HS_CONNECTED, KEYED | SEEN_HELLO_DONE | SEEN_CIPHER_SPEC | SEEN_FINISHED, SEEN_REQUEST },
};
#define NUM_KNOWN (sizeof INVARIANT / sizeof INVARIANT[0])

static bool
holds(const struct tls_protocol *protocol, const struct tls_conn *conn, const struct monitor *mon)
{
	bool ended = conn->hs.state == HS_DEAD || conn->peer_closed != EVENT_NONE;

	if (ended || (mon->seen & SEEN_END))
		return ended && (mon->seen & SEEN_END) && mon->broken == NULL;
	for (size_t i = 0; i < NUM_KNOWN; i++) {
		const struct known *known = &INVARIANT[i];

		if (known->server == protocol->is_server && known->version == protocol->version &&
		    (known->peer == ANY || known->peer == protocol->peer ||
		    (known->peer == ASKED && protocol->peer != PEER_NONE)) && known->state == conn->hs.state &&
		    (mon->seen & known->must) == known->must && (mon->seen & ~(known->must | known->may)) == 0)
			return mon->broken == NULL;
	}
	return false;
}

/* Every event from one pair that satisfies the invariant. */
static const char *
induct(const struct machine *machine, struct node *start, bool verbose)
{
	struct mon_event event;

	for (unsigned i = 0; event_number(&event, i); i++) {
		unsigned choices = 1;

		if (!event_means(&start->conn, event))
			continue;
		for (unsigned choice = 0; choice < choices || choice == 0; choice++) {
			struct node node = *start;
			struct mon_action action;
			const char *broken;

			moves++;
			if (!machine_step(machine, &node.conn, &action, &choices, HONEST, choice, event))
				return "a panic";
			monitor_step(&node.mon, event, action);
			broken = node.mon.broken != NULL ? node.mon.broken :
			    holds(&machine->protocol, &node.conn, &node.mon) ? NULL : "the invariant is lost";
			if (broken != NULL && verbose) {
				printf("# from %s, seen %x, to %s, seen %x\n", STATE_NAMES[start->conn.hs.state], start->mon.seen,
				    STATE_NAMES[node.conn.hs.state], node.mon.seen);
				print_event(event);
			}
			if (broken != NULL)
				return broken;
		}
	}
	return NULL;
}

static const char *
induction(const struct machine *machine, enum mon_policy policy, unsigned *pairs, bool verbose)
{
	static struct node start;
	const char *broken;

	machine_begin(&start.conn, machine);
	start.mon = monitor_of(&machine->protocol, policy);
	if (!holds(&machine->protocol, &start.conn, &start.mon))
		return "the invariant does not hold at first";
	*pairs = 0;
	for (enum hs_state state = 0; state < HS_NUM_STATES; state++)
		for (uint32_t seen = 0; seen < SEEN_END; seen++) {
			start.mon.seen = seen;
			start.conn.hs.state = (uint8_t)state;
			if (state == HS_DEAD || !holds(&machine->protocol, &start.conn, &start.mon))
				continue;
			machine_place(&start.conn, machine, state, seen);
			++*pairs;
			broken = induct(machine, &start, verbose);
			if (broken != NULL)
				return broken;
		}
	return NULL;
}

/* ---- Mutants --------------------------------------------------------------------------------------- */

/* One changed table: a row (state, message) is added, gets more next states, loses flags, or goes. */
struct mutant {
	const char *story;
	const struct tls_protocol *protocol;
	enum mon_policy policy;
	enum hs_state state;
	enum hs_message message;
	uint32_t next;		/* added; 0: the row goes, unless flags are lost */
	unsigned lose;		/* flags */
	const char *rule;	/* that must break */
};

#define S13	&tls13_server_client_cert_required, MON_CERTIFICATE_REQUIRED
#define O13	&tls13_server_client_cert_optional, MON_CERTIFICATE_OPTIONAL
#define N13	&tls13_server, MON_NO_CERTIFICATE
#define C13	&tls13_client, MON_NO_CERTIFICATE
#define S12	&tls12_server_client_cert_required, MON_CERTIFICATE_REQUIRED
#define O12	&tls12_server_client_cert_optional, MON_CERTIFICATE_OPTIONAL
#define N12	&tls12_server, MON_NO_CERTIFICATE
#define C12	&tls12_client, MON_NO_CERTIFICATE
#define GOES	0, 0

static const struct mutant MUTANTS[] = {
	{ "required, but no certificate comes", S13, HS_EXPECT_CERTIFICATE, MSG_FINISHED, TO(CONNECTED), 0, "Finished taken out of order" },
	{ "CertificateVerify is skipped", S13, HS_EXPECT_CERTIFICATE_VERIFY, MSG_FINISHED, TO(CONNECTED), 0, "Finished taken out of order" },
	{ "required is said, optional is done", &tls13_server_client_cert_optional, MON_CERTIFICATE_REQUIRED,
	    HS_EXPECT_CERTIFICATE, MSG_CERTIFICATE, TO(EXPECT_FINISHED), 0, "empty Certificate taken" },
	{ "the same in TLS 1.2", &tls12_server_client_cert_optional, MON_CERTIFICATE_REQUIRED,
	    HS_EXPECT_CERTIFICATE, MSG_CERTIFICATE, TO(EXPECT_CLIENT_KEY_EXCHANGE), 0, "empty Certificate taken" },
	{ "a certificate that was not asked for", N13, HS_EXPECT_FINISHED, MSG_CERTIFICATE, TO(EXPECT_CERTIFICATE_VERIFY), 0,
	    "Certificate taken out of order" },
	{ "a certificate after Finished", S13, HS_CONNECTED, MSG_CERTIFICATE, TO(CONNECTED), 0, "Certificate taken out of order" },
	{ "Finished at once", S13, HS_EXPECT_CLIENT_HELLO, MSG_FINISHED, TO(CONNECTED), 0, "Finished taken out of order" },
	{ "Finished twice", S13, HS_CONNECTED, MSG_FINISHED, TO(CONNECTED), 0, "Finished taken out of order" },
	{ "two retries", S13, HS_EXPECT_CLIENT_HELLO_2, MSG_CLIENT_HELLO, TO(EXPECT_CLIENT_HELLO_2), 0, "a second HelloRetryRequest sent" },
	{ "a hello after the handshake", S13, HS_CONNECTED, MSG_CLIENT_HELLO, TO(EXPECT_CERTIFICATE), 0, "ClientHello taken out of order" },
	{ "a hello instead of a certificate", O13, HS_EXPECT_CERTIFICATE, MSG_CLIENT_HELLO, TO(EXPECT_CERTIFICATE), 0,
	    "ClientHello taken out of order" },
	{ "KeyUpdate before Finished", S13, HS_EXPECT_FINISHED, MSG_KEY_UPDATE, TO(EXPECT_FINISHED), 0, "KeyUpdate taken out of order" },
	{ "KeyUpdate with a follower", S13, HS_CONNECTED, MSG_KEY_UPDATE, 0, ENDS_RECORD, "bytes taken after a message that changes the keys" },
	{ "Finished with a follower", S13, HS_EXPECT_FINISHED, MSG_FINISHED, 0, ENDS_RECORD, "bytes taken after a message that changes the keys" },
	{ "a hello with a follower", S13, HS_EXPECT_CLIENT_HELLO, MSG_CLIENT_HELLO, 0, ENDS_RECORD,
	    "bytes taken after a message that changes the keys" },
	{ "a ticket to the server", S13, HS_CONNECTED, MSG_NEW_SESSION_TICKET, TO(CONNECTED), 0, "NewSessionTicket taken out of order" },
	{ "end of early data", S13, HS_EXPECT_CERTIFICATE, (enum hs_message)5, TO(EXPECT_CERTIFICATE), 0,
	    "a message taken that this side never expects" },
	{ "a server's hello to the server", S13, HS_EXPECT_CLIENT_HELLO, MSG_SERVER_HELLO, TO(EXPECT_FINISHED), 0,
	    "ServerHello taken out of order" },
	{ "KeyUpdate is forgotten", S13, HS_CONNECTED, MSG_KEY_UPDATE, GOES, "a message that must be taken is refused" },
	{ "CertificateVerify is forgotten", S13, HS_EXPECT_CERTIFICATE_VERIFY, MSG_CERTIFICATE_VERIFY, GOES,
	    "a message that must be taken is refused" },

	{ "SKIP-TLS: Finished after ServerHello", C13, HS_EXPECT_ENCRYPTED_EXTENSIONS, MSG_FINISHED, TO(CONNECTED), 0, "Finished taken out of order" },
	{ "the server proves nothing", C13, HS_EXPECT_CERTIFICATE_VERIFY, MSG_FINISHED, TO(CONNECTED), 0, "Finished taken out of order" },
	{ "no certificate either", C13, HS_EXPECT_REQUEST_OR_CERTIFICATE, MSG_FINISHED, TO(CONNECTED), 0, "Finished taken out of order" },
	{ "no EncryptedExtensions", C13, HS_EXPECT_ENCRYPTED_EXTENSIONS, MSG_CERTIFICATE, TO(EXPECT_CERTIFICATE_VERIFY), 0,
	    "Certificate taken out of order" },
	{ "two HelloRetryRequests", C13, HS_EXPECT_SERVER_HELLO_2, MSG_SERVER_HELLO, TO(EXPECT_SERVER_HELLO_2), 0,
	    "HelloRetryRequest taken out of order" },
	{ "two requests", C13, HS_EXPECT_CERTIFICATE, MSG_CERTIFICATE_REQUEST, TO(EXPECT_CERTIFICATE), 0, "CertificateRequest taken out of order" },
	{ "a request after Finished", C13, HS_CONNECTED, MSG_CERTIFICATE_REQUEST, TO(CONNECTED), 0, "CertificateRequest taken out of order" },
	{ "a ticket before Finished", C13, HS_EXPECT_FINISHED, MSG_NEW_SESSION_TICKET, TO(EXPECT_FINISHED), 0,
	    "NewSessionTicket taken out of order" },
	{ "a hello to the client", C13, HS_EXPECT_SERVER_HELLO, MSG_CLIENT_HELLO, TO(EXPECT_SERVER_HELLO), 0, "ClientHello taken out of order" },
	{ "a server's hello with a follower", C13, HS_EXPECT_SERVER_HELLO, MSG_SERVER_HELLO, 0, ENDS_RECORD,
	    "bytes taken after a message that changes the keys" },
	{ "tickets are refused", C13, HS_CONNECTED, MSG_NEW_SESSION_TICKET, GOES, "a message that must be taken is refused" },

	{ "early CCS: before the key exchange", S12, HS_EXPECT_CLIENT_KEY_EXCHANGE, MSG_CHANGE_CIPHER_SPEC, TO(EXPECT_FINISHED), 0,
	    "ChangeCipherSpec taken out of order" },
	{ "early CCS: before the proof", S12, HS_EXPECT_CERTIFICATE_VERIFY, MSG_CHANGE_CIPHER_SPEC, TO(EXPECT_FINISHED), 0,
	    "ChangeCipherSpec taken out of order" },
	{ "Finished without CCS", S12, HS_EXPECT_CHANGE_CIPHER_SPEC, MSG_FINISHED, TO(CONNECTED), 0, "Finished taken out of order" },
	{ "two CCS", S12, HS_EXPECT_FINISHED, MSG_CHANGE_CIPHER_SPEC, TO(EXPECT_FINISHED), 0, "ChangeCipherSpec taken out of order" },
	{ "CCS after Finished", S12, HS_CONNECTED, MSG_CHANGE_CIPHER_SPEC, TO(CONNECTED), 0, "ChangeCipherSpec taken out of order" },
	{ "no certificate, then no proof", S12, HS_EXPECT_CERTIFICATE, MSG_CLIENT_KEY_EXCHANGE, TO(EXPECT_CHANGE_CIPHER_SPEC), 0,
	    "ClientKeyExchange taken out of order" },
	{ "no key exchange", S12, HS_EXPECT_CLIENT_KEY_EXCHANGE, MSG_CERTIFICATE_VERIFY, TO(EXPECT_CHANGE_CIPHER_SPEC), 0,
	    "CertificateVerify taken out of order" },
	{ "two key exchanges", S12, HS_EXPECT_CERTIFICATE_VERIFY, MSG_CLIENT_KEY_EXCHANGE, TO(EXPECT_CERTIFICATE_VERIFY), 0,
	    "ClientKeyExchange taken out of order" },
	{ "a proof of nothing", O12, HS_EXPECT_CHANGE_CIPHER_SPEC, MSG_CERTIFICATE_VERIFY, TO(EXPECT_CHANGE_CIPHER_SPEC), 0,
	    "CertificateVerify taken out of order" },
	{ "renegotiation", N12, HS_CONNECTED, MSG_CLIENT_HELLO, TO(EXPECT_CLIENT_KEY_EXCHANGE), 0,
	    "ClientKeyExchange taken out of order" },
	{ "KeyUpdate in TLS 1.2", N12, HS_CONNECTED, MSG_KEY_UPDATE, TO(CONNECTED), 0, "KeyUpdate taken out of order" },
	{ "the certificate is never asked for", S12, HS_EXPECT_CERTIFICATE, MSG_CERTIFICATE, GOES, "a message that must be taken is refused" },

	{ "SKIP-TLS: Finished at once", C12, HS_EXPECT_CERTIFICATE, MSG_FINISHED, TO(CONNECTED), 0, "Finished taken out of order" },
	{ "no ServerKeyExchange: FREAK's door", C12, HS_EXPECT_SERVER_KEY_EXCHANGE, MSG_SERVER_HELLO_DONE, TO(EXPECT_CHANGE_CIPHER_SPEC), 0,
	    "ServerHelloDone taken out of order" },
	{ "no Certificate", C12, HS_EXPECT_CERTIFICATE, MSG_SERVER_KEY_EXCHANGE, TO(EXPECT_REQUEST_OR_DONE), 0,
	    "ServerKeyExchange taken out of order" },
	{ "two ServerKeyExchanges", C12, HS_EXPECT_REQUEST_OR_DONE, MSG_SERVER_KEY_EXCHANGE, TO(EXPECT_REQUEST_OR_DONE), 0,
	    "ServerKeyExchange taken out of order" },
	{ "early CCS at the client", C12, HS_EXPECT_SERVER_HELLO_DONE, MSG_CHANGE_CIPHER_SPEC, TO(EXPECT_FINISHED), 0,
	    "ChangeCipherSpec taken out of order" },
	{ "CCS after the server's Finished", C12, HS_CONNECTED, MSG_CHANGE_CIPHER_SPEC, TO(CONNECTED), 0, "ChangeCipherSpec taken out of order" },
	{ "a ticket that was not agreed", C12, HS_EXPECT_CHANGE_CIPHER_SPEC, MSG_NEW_SESSION_TICKET, TO(EXPECT_CHANGE_CIPHER_SPEC), 0,
	    "NewSessionTicket taken out of order" },
	{ "a second hello of the server", C12, HS_CONNECTED, MSG_SERVER_HELLO, TO(EXPECT_CERTIFICATE), 0, "ServerHello taken out of order" },
};
#define NUM_MUTANTS (sizeof MUTANTS / sizeof MUTANTS[0])

static void
mutate(struct machine *machine, const struct mutant *mutant)
{
	struct hs_row *row = NULL;
	size_t num = machine->protocol.num_rows;

	for (size_t i = 0; i < num; i++)
		if (machine->rows[i].state == mutant->state && machine->rows[i].message == mutant->message)
			row = &machine->rows[i];
	if (mutant->next == 0 && mutant->lose == 0) {
		*row = machine->rows[num - 1];
		machine->protocol.num_rows--;
		return;
	}
	if (row == NULL) {
		row = &machine->rows[num];
		*row = (struct hs_row){ mutant->state, mutant->message, HASHED, 0, machine->rows[0].handle };
		machine->protocol.num_rows++;
	}
	row->next |= mutant->next;
	row->flags &= ~mutant->lose;
}

/* ---- The model --------------------------------------------------------------------------------------- */

/* Its one rule that no row shows: the real handler of an empty Certificate goes on only where it is optional. */
static bool
model_is_real(const struct tls_protocol *protocol)
{
	static uint8_t message[] = { MSG_CERTIFICATE, 0, 0, 4, 0, 0, 0, 0 };
	static const struct tls_config CONFIG;
	static struct tls_conn conn;
	static union hs_payload next;
	const struct hs_row *row = handshake_row(protocol, HS_EXPECT_CERTIFICATE, MSG_CERTIFICATE);
	size_t len = protocol->version == 0x0304 ? 8 : 7;	/* TLS 1.2 has no context */
	struct hs_input in = { .whole = { message, len }, .body = { message + 4, 0, len - 4 } };
	enum hs_state to = HS_DEAD;
	struct tls_err err;

	if (row == NULL)
		return protocol->peer == PEER_NONE;
	conn.config = &CONFIG;
	conn.protocol = protocol;
	err = row->handle(&conn, &next, &in, &to);
	if (protocol->peer == PEER_OPTIONAL)
		return err.code == TLS_ERR_NONE && (row->next & (1u << to)) && to != HS_EXPECT_CERTIFICATE_VERIFY;
	return err.code != TLS_ERR_NONE;
}

/* ---- TAP -------------------------------------------------------------------------------------------- */

static bool failed;

static void
tap(bool good, const char *what, const char *name, const char *more)
{
	static unsigned number;

	printf("%s %u - %s: %s%s%s\n", good ? "ok" : "not ok", ++number, what, name, more[0] != 0 ? ": " : "", more);
	failed = failed || !good;
}

static void
run_protocol(size_t i, struct machine *machine)
{
	char text[80];
	bool connected;
	unsigned pairs = 0;
	const char *broken;

	machine_of(machine, PROTOCOLS[i].protocol);
	moves = 0;
	broken = search(machine, PROTOCOLS[i].policy, HONEST, &connected, true);
	snprintf(text, sizeof text, "%d pairs, %u moves", num_nodes, moves);
	tap(broken == NULL && connected, "reach", PROTOCOLS[i].name, broken != NULL ? broken : text);
	moves = 0;
	broken = induction(machine, PROTOCOLS[i].policy, &pairs, true);
	snprintf(text, sizeof text, "%u pairs, %u moves", pairs, moves);
	tap(broken == NULL && pairs > 0, "keep", PROTOCOLS[i].name, broken != NULL ? broken : text);
	moves = 0;
	broken = search(machine, PROTOCOLS[i].policy, LYING, &connected, true);
	snprintf(text, sizeof text, "%d pairs, %u moves", num_nodes, moves);
	tap(broken == NULL && connected, "lies", PROTOCOLS[i].name, broken != NULL ? broken : text);
	if (machine->protocol.peer == PEER_OPTIONAL) {	/* rows of one policy under the name of another */
		machine->protocol.peer = PEER_REQUIRED;
		broken = search(machine, MON_CERTIFICATE_REQUIRED, LYING, &connected, true);
		machine->protocol.peer = PEER_OPTIONAL;
		tap(broken == NULL && connected, "lies", "the same, called required", broken != NULL ? broken : "");
	}
	tap(model_is_real(PROTOCOLS[i].protocol), "model", PROTOCOLS[i].name, "an empty Certificate");
}

static void
run_mutant(const struct mutant *mutant, struct machine *machine)
{
	const char *reached, *kept;
	bool connected;
	unsigned pairs;

	machine_of(machine, mutant->protocol);
	machine->forges = true;
	mutate(machine, mutant);
	reached = search(machine, mutant->policy, HONEST, &connected, false);
	kept = induction(machine, mutant->policy, &pairs, false);
	tap(reached != NULL && strcmp(reached, mutant->rule) == 0 && kept != NULL, "mutant", mutant->story,
	    reached != NULL ? reached : "survives");
}

int
main(int argc, char **argv)
{
	static struct machine machine;

	(void)argv;
	nodes = calloc(NODES, sizeof nodes[0]);

	for (size_t i = 0; i < NUM_PROTOCOLS; i++)
		run_protocol(i, &machine);
	for (size_t i = 0; argc == 1 && i < NUM_MUTANTS; i++)
		run_mutant(&MUTANTS[i], &machine);
	free(nodes);
	return failed;
}
