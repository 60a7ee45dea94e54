/* policy.c: who gets what.  A few sentences and a refusal. */
#include "appliance/policy.h"

/* When TLS begins. */
static const enum policy_event START_OF[] = {
	[SERVICE_WAITS]      = POLICY_FIRST_BYTE,
	[SERVICE_SPEAKS]     = POLICY_OPENED,
	[SERVICE_CALLS_BACK] = POLICY_CALLED,
};

enum policy_action
policy_decide(const struct service *service, enum policy_event event, enum policy_peer peer)
{
	bool tls = service->num_protocols > 0;

	if (event == POLICY_OPENED && service->begins == SERVICE_WAITS)
		return POLICY_WAIT;
	if (event == POLICY_OPENED && service->begins == SERVICE_CALLS_BACK)
		return POLICY_CALL_BACK;
	if (event == START_OF[service->begins] && tls)
		return POLICY_START_TLS;
	if (event == POLICY_FIRST_BYTE && service->gives == SERVICE_PAGES)
		return POLICY_READ_REQUESTS;
	if ((event == POLICY_ESTABLISHED || event == POLICY_DATA) && tls && service->gives == SERVICE_PAGES)
		return POLICY_READ_REQUESTS;
	if (event == POLICY_ESTABLISHED && tls && service->gives == SERVICE_PRIZE && peer == POLICY_PROVED)
		return POLICY_GIVE_PRIZE;
	return POLICY_END;
}
