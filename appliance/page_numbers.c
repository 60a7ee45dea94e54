/* page_numbers.c: status, metrics, scoreboard.  See page_numbers.h. */
#include "appliance/page_numbers.h"

#include "appliance/identity.h"
#include "appliance/limits.h"
#include "appliance/markup.h"
#include "appliance/pool.h"
#include "appliance/proof.h"
#include "appliance/sessions.h"
#include "appliance/stats.h"
#include "netstack/net.h"
#include "platform/base/sha256.h"
#include "platform/base/text.h"
#include "platform/base/version.h"
#include "platform/platform.h"

enum { BAR_WIDTH = 100 };

static const char OUTCOMES[STATS_NUM][12] = {
	[STATS_ACCEPTED]    = "accepted",
	[STATS_CALLED]      = "called",
	[STATS_PAGE]        = "page",
	[STATS_ESTABLISHED] = "established",
	[STATS_PRIZE]       = "prize",
	[STATS_TLS_FAILED]  = "tls_failed",
	[STATS_TIMED_OUT]   = "timed_out",
	[STATS_EVICTED]     = "evicted",
	[STATS_REFUSED]     = "refused",
	[STATS_GONE]        = "gone",
};

static const char ROLES[SERVICE_NUM_ROLES][8] = {
	[SERVICE_WEB] = "web", [SERVICE_SERVER] = "server", [SERVICE_PEER] = "peer"
};

static void
member(struct outbuf *out, const char *name, const char *value)
{
	text_string(out, "  \"");
	text_string(out, name);
	text_string(out, "\": \"");
	text_string(out, value);
	text_string(out, "\",\n");
}

void
page_numbers_status(struct outbuf *out, const struct page_facts *facts, uint64_t now_ns)
{
	text_string(out, "{\n  \"format\": \"pinata-status 1\",\n");
	member(out, "address", facts->address);
	member(out, "chain", wallet_chain_name(facts->chain));
	member(out, "mode", facts->mode);
	member(out, "version", BASE_VERSION);
	text_string(out, "  \"build_id\": \"");
	text_hex(out, (struct span){ facts->image_hash, BASE_BUILD_ID_LEN });
	text_string(out, "\",\n  \"image_sha256\": \"");
	text_hex(out, SPAN_ARRAY(facts->image_hash));
	text_string(out, "\",\n  \"boot_time\": \"");
	markup_utc(out, facts->boot_s);
	text_string(out, "\",\n  \"uptime_s\": ");
	text_decimal(out, now_ns / 1000000000);
	text_string(out, ",\n  \"authorities_sha256\": {");
	for (unsigned role = SERVICE_NOBODY + 1; role < SERVICE_NUM_ROLES; role++) {
		uint8_t digest[SHA256_LEN];

		sha256(digest, identity_authority((enum service_role)role));
		text_string(out, role == SERVICE_NOBODY + 1 ? "\n    \"" : ",\n    \"");
		text_string(out, ROLES[role]);
		text_string(out, "\": \"");
		text_hex(out, SPAN_ARRAY(digest));
		text_string(out, "\"");
	}
	text_string(out, "\n  }");
	if (proof_statement_text().len != 0) {
		text_string(out, ",\n  \"statement\": {\n    \"text\": \"");
		outbuf_bytes(out, proof_statement_text());
		text_string(out, "\",\n    \"signature\": \"");
		outbuf_bytes(out, proof_statement_signature());
		text_string(out, "\"\n  }");
	}
	text_string(out, "\n}\n");
}

static void
metric_head(struct outbuf *out, const char *name, const char *type, const char *help)
{
	text_string(out, "# HELP ");
	text_string(out, name);
	text_string(out, " ");
	text_string(out, help);
	text_string(out, "\n# TYPE ");
	text_string(out, name);
	text_string(out, " ");
	text_string(out, type);
	text_string(out, "\n");
}

/* One sample without a label; `name` ends with a space. */
static void
plain(struct outbuf *out, const char *name, uint64_t value)
{
	text_string(out, name);
	text_decimal(out, value);
	text_string(out, "\n");
}

/* One sample with one label; no value of a label here needs escaping. */
static void
sample(struct outbuf *out, const char *name, const char *label, const char *value, uint64_t number)
{
	text_string(out, name);
	text_string(out, "{");
	text_string(out, label);
	text_string(out, "=\"");
	text_string(out, value);
	text_string(out, "\"} ");
	text_decimal(out, number);
	text_string(out, "\n");
}

static void
connections(struct outbuf *out)
{
	metric_head(out, "pinata_connections_total", "counter", "Connections by port and what became of them.");
	for (size_t i = 0; i < SERVICE_NUM; i++)
		for (unsigned outcome = 0; outcome < STATS_NUM; outcome++) {
			text_string(out, "pinata_connections_total{port=\"");
			text_decimal(out, SERVICES[i].port);
			text_string(out, "\",outcome=\"");
			text_string(out, OUTCOMES[outcome]);
			text_string(out, "\"} ");
			text_decimal(out, stats_outcomes(&SERVICES[i], (enum stats_outcome)outcome));
			text_string(out, "\n");
		}
}

static void
failures(struct outbuf *out)
{
	metric_head(out, "pinata_tls_failures_total", "counter", "Failed TLS connections by class.");
	for (unsigned code = 0, num = 0; code <= UINT8_MAX && num < PAGE_CLASSES_MAX; code++) {
		if (stats_failures((uint8_t)code) == 0)
			continue;
		sample(out, "pinata_tls_failures_total", "class", tls_error_name((uint8_t)code),
		    stats_failures((uint8_t)code));
		num++;
	}
}

static void
network(struct outbuf *out)
{
	const struct net_stats *net = net_stats();

	metric_head(out, "pinata_frames_total", "counter", "Ethernet frames.");
	sample(out, "pinata_frames_total", "direction", "in", net->frames_in);
	sample(out, "pinata_frames_total", "direction", "out", net->frames_out);
	metric_head(out, "pinata_drops_total", "counter", "Frames and segments dropped by cause.");
	sample(out, "pinata_drops_total", "cause", "malformed", net->dropped_malformed);
	sample(out, "pinata_drops_total", "cause", "other", net->dropped_other);
	sample(out, "pinata_drops_total", "cause", "no_memory", net->dropped_no_memory);
	sample(out, "pinata_drops_total", "cause", "bad_ack", net->dropped_bad_ack);
	sample(out, "pinata_drops_total", "cause", "challenge_ack_withheld", net->challenge_acks_withheld);
	sample(out, "pinata_drops_total", "cause", "echo_withheld", net->echoes_withheld);
	metric_head(out, "pinata_syn_cookies_total", "counter", "SYN cookies.");
	sample(out, "pinata_syn_cookies_total", "what", "sent", net->syn_cookies_sent);
	sample(out, "pinata_syn_cookies_total", "what", "accepted", net->syn_cookies_accepted);
	sample(out, "pinata_syn_cookies_total", "what", "refused", net->syn_cookies_refused);
}

void
page_numbers_metrics(struct outbuf *out, const struct page_facts *facts, uint64_t now_ns)
{
	connections(out);
	failures(out);
	network(out);
	metric_head(out, "pinata_pool_used", "gauge", "Places taken.");
	sample(out, "pinata_pool_used", "pool", "connections", sessions_num());
	sample(out, "pinata_pool_used", "pool", "tls_states", pool_num_states());
	sample(out, "pinata_pool_used", "pool", "record_buffers", pool_num_buffers());
	sample(out, "pinata_pool_used", "pool", "pages", pool_num_pages());
	metric_head(out, "pinata_pool_size", "gauge", "Places there are.");
	sample(out, "pinata_pool_size", "pool", "connections", SESSION_MAX);
	sample(out, "pinata_pool_size", "pool", "tls_states", POOL_STATES);
	sample(out, "pinata_pool_size", "pool", "record_buffers", POOL_BUFFERS);
	sample(out, "pinata_pool_size", "pool", "pages", POOL_PAGES);
	metric_head(out, "pinata_proofs_total", "counter", "Proofs made for visitors.");
	plain(out, "pinata_proofs_total ", proof_num_made());
	metric_head(out, "pinata_proof_failures_total", "counter", "Proofs that visitors asked for in vain: too many at once.");
	plain(out, "pinata_proof_failures_total ", proof_num_withheld());
	metric_head(out, "pinata_clock_seconds", "gauge", "The time of day as certificates are judged by, since 1970.");
	plain(out, "pinata_clock_seconds ", plat_wall_s());
	metric_head(out, "pinata_certificate_not_after_seconds", "gauge", "When this machine's certificates end, since 1970.");
	plain(out, "pinata_certificate_not_after_seconds ", identity_not_after_s());
	metric_head(out, "pinata_uptime_seconds", "gauge", "Seconds since boot.");
	plain(out, "pinata_uptime_seconds ", now_ns / 1000000000);
	metric_head(out, "pinata_build_info", "gauge", "Which version and build this is; always 1.");
	text_string(out, "pinata_build_info{version=\"" BASE_VERSION "\",build=\"");
	text_hex(out, (struct span){ facts->image_hash, BASE_BUILD_ID_LEN });
	text_string(out, "\"} 1\n");
}

static void
bar(struct outbuf *out, const char *name, uint64_t number, uint64_t most)
{
	text_string(out, "<tr><th scope=\"row\">");
	text_string(out, name);
	markup_number(out, "<svg class=\"bar\" viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect height=\"4\" width=\"",
	    number >= most ? BAR_WIDTH : number * BAR_WIDTH / most, "\"/></svg></th><td class=\"n\">");
	markup_number(out, "", number, "</td></tr>\n");
}

static uint64_t
timed_out(void)
{
	uint64_t all = 0;

	for (size_t i = 0; i < SERVICE_NUM; i++)
		if (SERVICES[i].num_protocols > 0)
			all += stats_outcomes(&SERVICES[i], STATS_TIMED_OUT);
	return all;
}

void
page_numbers_scoreboard(struct outbuf *out)
{
	uint64_t most = timed_out();
	unsigned num = 0;

	for (unsigned code = 0; code <= UINT8_MAX; code++)
		most = stats_failures((uint8_t)code) > most ? stats_failures((uint8_t)code) : most;
	most = most == 0 ? 1 : most;
	markup_open(out, "Pi&ntilde;ata: scoreboard");
	text_string(out, "<h1>Scoreboard</h1>\n<p>How those who tried failed, since this machine booted. The classes are the "
	    "error list of its TLS stack.</p>\n<table>\n<thead><tr><th scope=\"col\">What went wrong</th>"
	    "<th scope=\"col\" class=\"n\">Times</th></tr></thead>\n");
	bar(out, "ran out of time", timed_out(), most);
	for (unsigned code = 0; code <= UINT8_MAX && num < PAGE_CLASSES_MAX; code++) {
		if (stats_failures((uint8_t)code) == 0)
			continue;
		bar(out, tls_error_name((uint8_t)code), stats_failures((uint8_t)code), most);
		num++;
	}
	text_string(out, "</table>\n");
	markup_close(out);
}
