/* status.c: the breach rule.  See status.h, which states it. */
#include "deploy/tool/status.h"

#include <string.h>

#include "deploy/tool/tool.h"
#include "platform/base/bytes.h"
#include "platform/base/panic.h"
#include "platform/base/sha256.h"

static const struct { const char *name, *words; } STATES[NUM_STATES] = {
	[STATE_UNKNOWN] = { "UNKNOWN", "The chain can not be judged now: this says nothing about the prize." },
	[STATE_UNFUNDED] = { "UNFUNDED", "No prize is at the address." },
	[STATE_FUNDING] = { "FUNDING", "A prize is on its way; the chain has not settled it." },
	[STATE_LIVE] = { "LIVE", "The prize is there, and nobody was seen to spend from the address." },
	[STATE_SPEND_SEEN] = { "SPEND_SEEN", "A signed spend of the prize waits in the mempool." },
	[STATE_KEY_USED] = { "KEY_USED", "A signed spend was seen and has vanished: somebody can use the key." },
	[STATE_BREACHED_PENDING] = { "BREACHED_PENDING", "The prize was spent; the chain has not settled it." },
	[STATE_BREACHED] = { "BREACHED", "The prize was spent by somebody who has the key." },
	[STATE_WITHDRAWN_PENDING] = { "WITHDRAWN_PENDING", "The owner withdraws; the chain has not settled it." },
	[STATE_WITHDRAWN] = { "WITHDRAWN", "The owner has withdrawn the prize, as committed to before." },
};

const char *
status_name(enum state state)
{
	REQUIRE((unsigned)state < NUM_STATES);
	return STATES[state].name;
}

const char *
status_words(enum state state)
{
	REQUIRE((unsigned)state < NUM_STATES);
	return STATES[state].words;
}

void
status_commit(uint8_t commitment[32], const struct opening *opening)
{
	static const char TAG[] = "pinata-withdraw-v1";		/* its NUL is hashed too */
	struct sha256 hash;
	uint8_t txid[32];

	bytes_set(commitment, 0, 32);
	if (!hex_decode(txid, sizeof txid, opening->txid))
		return;
	sha256_init(&hash);
	sha256_update(&hash, (struct span){ (const uint8_t *)TAG, sizeof TAG });
	sha256_update(&hash, SPAN_ARRAY(txid));
	sha256_update(&hash, SPAN_ARRAY(opening->salt));
	sha256_out(&hash, commitment);
}

bool
status_withdrawal(const struct status_rules *rules, const char txid[TXID_TEXT])
{
	for (size_t i = 0; i < rules->num_openings; i++) {
		uint8_t commitment[32];

		if (strcmp(rules->openings[i].txid, txid) != 0)
			continue;
		status_commit(commitment, &rules->openings[i]);
		for (size_t j = 0; j < rules->num_commitments; j++)
			if (memcmp(commitment, rules->commitments[j], sizeof commitment) == 0)
				return true;
	}
	return false;
}

/* The first spend in `list` whose being the owner's is `owner`; NULL if there is none. */
static const struct activity *
first_spend(const struct activity *list, size_t num, const struct status_rules *rules, bool owner)
{
	for (size_t i = 0; i < num; i++)
		if (list[i].kind == ACTIVITY_SPEND &&
		    (list[i].owner_leaf || status_withdrawal(rules, list[i].txid)) == owner)
			return &list[i];
	return NULL;
}

static bool
spent_in(const struct activity *list, size_t num, const struct activity *output)
{
	for (size_t i = 0; i < num; i++)
		if (list[i].kind == ACTIVITY_SPEND && list[i].index == output->index &&
		    strcmp(list[i].from_txid, output->txid) == 0)
			return true;
	return false;
}

/* Balances, and the depth at which enough for a prize is reached (0: nowhere). */
static void
count(struct status *status, const struct status_view *view, const struct status_rules *rules)
{
	for (size_t i = 0; i < view->num_chain; i++) {
		const struct activity *output = &view->chain[i];

		if (output->kind != ACTIVITY_RECEIVE || spent_in(view->chain, view->num_chain, output))
			continue;
		status->balance_sat += output->amount_sat;
		status->num_outputs++;
		if (status->num_confirmations == 0 && status->balance_sat >= rules->funded_sat)
			status->num_confirmations = view->tip_height - output->height + 1;
	}
	for (size_t i = 0; i < view->num_mempool; i++)
		if (view->mempool[i].kind == ACTIVITY_RECEIVE)
			status->incoming_sat += view->mempool[i].amount_sat;
}

static struct status
decide(struct status status, enum state state, const struct activity *cause, bool owner)
{
	status.state = state;
	status.cause = cause;
	status.owner = owner;
	status.num_confirmations = 0;
	return status;
}

static struct status
decide_in_chain(struct status status, const struct status_view *view, const struct status_rules *rules,
    const struct activity *cause, bool owner)
{
	int32_t depth = view->tip_height - cause->height + 1;
	enum state pending = owner ? STATE_WITHDRAWN_PENDING : STATE_BREACHED_PENDING;

	status = decide(status, depth >= rules->confirmations ? pending + 1 : pending, cause, owner);
	status.num_confirmations = depth;
	return status;
}

_Static_assert(STATE_BREACHED == STATE_BREACHED_PENDING + 1 && STATE_WITHDRAWN == STATE_WITHDRAWN_PENDING + 1,
    "the settled state follows the pending one");

/* Worst news first: a thief's spend anywhere comes before anything that the owner did. */
struct status
status_of(const struct status_view *view, const struct status_rules *rules)
{
	struct status status = { .state = STATE_UNKNOWN };
	const struct activity *spend;

	if (view->trouble != NULL)
		return status;
	count(&status, view, rules);
	if ((spend = first_spend(view->chain, view->num_chain, rules, false)) != NULL)
		return decide_in_chain(status, view, rules, spend, false);
	if ((spend = first_spend(view->mempool, view->num_mempool, rules, false)) != NULL)
		return decide(status, STATE_SPEND_SEEN, spend, false);
	if ((spend = first_spend(view->kept, view->num_kept, rules, false)) != NULL)
		return decide(status, STATE_KEY_USED, spend, false);
	if ((spend = first_spend(view->chain, view->num_chain, rules, true)) != NULL)
		return decide_in_chain(status, view, rules, spend, true);
	if ((spend = first_spend(view->mempool, view->num_mempool, rules, true)) != NULL)
		return decide(status, STATE_SPEND_SEEN, spend, true);
	if (status.balance_sat < rules->funded_sat)
		return decide(status, STATE_UNFUNDED, NULL, false);
	status.state = status.num_confirmations >= rules->confirmations ? STATE_LIVE : STATE_FUNDING;
	return status;
}
