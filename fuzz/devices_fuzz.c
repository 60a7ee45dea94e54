/* devices_fuzz.c: the command line's device list: what is accepted lies in the hole for devices. */
#include <stdlib.h>

#include "platform/virtio/devices.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct devices devices;

	if (!devices_parse(&devices, (struct span){ data, len }))
		return 0;
	for (size_t i = 0; i < devices.num; i++)
		if (devices.entry[i].at < 0xc0000000 || devices.entry[i].at >= 0xfec00000 || devices.entry[i].irq > 23)
			abort();
	return 0;
}
