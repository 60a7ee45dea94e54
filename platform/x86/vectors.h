/*
 * vectors.h: interrupt vectors, and the numbers that stand for other causes; shared with gate.S.
 * The upper four bits are the priority: under virtio CPL3 runs at priority 14, so that of all interrupts
 * only the watchdog is taken there; what wakes plat_wait stays pending until plat_wait.
 */
#ifndef X86_VECTORS_H
#define X86_VECTORS_H

#define VECTOR_DEVICE	0x31
#define VECTOR_SLEEP	0x32
#define VECTOR_WATCHDOG	0xf1
#define VECTOR_SPURIOUS	0xff
#define VECTOR_DOOR	0x100		/* not a vector: a refused system call */

#define PRIORITY_CPL3	14
#define PRIORITY_SLEEP	0

#define LAPIC_AT	0xfee00000
#define LAPIC_EOI	0xfee000b0

#endif
