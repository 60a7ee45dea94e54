/* policy.c: who gets what.  Four sentences and a refusal. */
#include "appliance/policy.h"

enum policy_action
policy_decide(const struct service *service, enum policy_event event, enum policy_peer peer)
{
	bool tls = service->num_protocols > 0;

	if (event == POLICY_FIRST_BYTE && tls)
		return POLICY_START_TLS;
	if (event == POLICY_FIRST_BYTE && service->gives == SERVICE_PAGES)
		return POLICY_READ_REQUESTS;
	if ((event == POLICY_ESTABLISHED || event == POLICY_DATA) && tls && service->gives == SERVICE_PAGES)
		return POLICY_READ_REQUESTS;
	if (event == POLICY_ESTABLISHED && tls && service->gives == SERVICE_PRIZE && peer == POLICY_PROVED)
		return POLICY_GIVE_PRIZE;
	return POLICY_END;
}
