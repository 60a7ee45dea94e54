/*
 * image.h: where the parts of the image are.  Every name comes from image.ld.  They are hidden:
 * else -fpie would fetch their addresses from a table that is not yet relocated.
 */
#ifndef X86_IMAGE_H
#define X86_IMAGE_H

#include <stdint.h>

#pragma GCC visibility push(hidden)
extern uint8_t image_start[], image_loaded_end[], image_end[];
extern uint8_t mon_text_end[], mon_ro_end[], mon_data_end[];
extern uint8_t app_text[], app_text_end[], app_ro_end[], app_data[], app_rw_end[];
extern uint8_t app_boot[], app_stack[], app_stack_top[];
extern uint8_t mon_bss[], mon_bss_end[], mon_stack[], mon_stack_top[];
extern uint8_t fault_stack[], fault_stack_top[], grave_stack[], grave_stack_top[];
extern const uint64_t rela_start[], rela_end[];
extern void app_entry(void);
#pragma GCC visibility pop

#define IMAGE_PAGE	4096u
#define IMAGE_APP_BOOT	12288u		/* image.ld reserves this for struct plat_boot and what it shows */

#endif
