/*
 * start.S: from the PVH entry (32-bit, paging off, EBX = start_info) to 64-bit mode under a
 * throw-away identity map of 4 GiB, then up to the base that relocate() chose.  The same for
 * QEMU and Xen.  Follows Xen's docs/misc/pvh.pandoc.
 *
 * No absolute address here: 32-bit code adds to EBP, 64-bit code to RIP, so that a static PIE
 * needs no relocation before it has relocated itself.
 */
	.set	LOAD_AT, 0x100000	/* image.ld asserts it; the loader puts us there */

	.section .note.pvh, "a", @note
	.p2align 2
	.long 4, 8, 18			/* name 4, desc 8, XEN_ELFNOTE_PHYS32_ENTRY */
	.asciz "Xen"
	.quad LOAD_AT			/* 8 bytes: QEMU reads 8 from an ELF64 */

	.section .boot, "ax"
	.code32
	.globl	pvh_entry
pvh_entry:				/* first byte of the image, and e_entry */
	cli
	cld
	mov	$LOAD_AT, %ebp
	/* Clear all that is not in the file: no loader is trusted to have done so. */
	lea	(image_loaded_end - pvh_entry)(%ebp), %edi
	lea	(image_end - pvh_entry)(%ebp), %ecx
	sub	%edi, %ecx
	xor	%eax, %eax
	mov	%ecx, %edx
	shr	$2, %ecx
	rep stosl
	mov	%edx, %ecx
	and	$3, %ecx
	rep stosb

	lea	(mon_stack_top - pvh_entry)(%ebp), %esp
	lea	(boot_pdpt + 3 - pvh_entry)(%ebp), %eax
	mov	%eax, (boot_pml4 - pvh_entry)(%ebp)
	lea	(boot_pd + 3 - pvh_entry)(%ebp), %eax
	mov	%eax, (boot_pdpt - pvh_entry)(%ebp)
	add	$4096, %eax
	mov	%eax, (boot_pdpt + 8 - pvh_entry)(%ebp)
	add	$4096, %eax
	mov	%eax, (boot_pdpt + 16 - pvh_entry)(%ebp)
	add	$4096, %eax
	mov	%eax, (boot_pdpt + 24 - pvh_entry)(%ebp)
	lea	(boot_pd - pvh_entry)(%ebp), %edi
	mov	$2048, %ecx
	mov	$0x83, %eax		/* present, writable, 2 MiB */
1:	mov	%eax, (%edi)
	add	$8, %edi
	add	$0x200000, %eax
	loop	1b

	mov	%cr4, %eax
	or	$0x20, %eax		/* PAE */
	mov	%eax, %cr4
	lea	(boot_pml4 - pvh_entry)(%ebp), %eax
	mov	%eax, %cr3
	mov	$0xc0000080, %ecx	/* EFER: SCE, LME, NXE */
	rdmsr
	or	$0x901, %eax
	wrmsr
	mov	$0x80010033, %eax	/* PG WP NE ET MP PE; EM and TS clear: SIMD works in CPL3 */
	mov	%eax, %cr0
	lea	(start_gdt - pvh_entry)(%ebp), %eax
	push	%eax			/* 6 bytes: limit, base */
	pushw	$(3 * 8 - 1)
	lgdt	(%esp)
	lea	(long_mode - pvh_entry)(%ebp), %eax
	pushl	$0x08
	push	%eax
	lret

	.code64
long_mode:
	mov	$0x10, %eax
	mov	%eax, %ss
	mov	%eax, %ds
	mov	%eax, %es
	xor	%eax, %eax
	mov	%eax, %fs
	mov	%eax, %gs
	xor	%ebp, %ebp		/* the end of every stack trace */
	lea	mon_stack_top(%rip), %rsp
	mov	%ebx, %ebx
	call	relocate		/* returns the slide; both maps hold from here */
	lea	1f(%rip), %rcx
	add	%rax, %rcx
	jmp	*%rcx
1:	lea	mon_stack_top(%rip), %rsp
	mov	%rbx, %rdi
	call	monitor_main
	ud2

	/* Read-only, and the same three entries at the same places as traps.c's own table. */
	.section .rodata.start_gdt, "a"
	.p2align 3
start_gdt:
	.quad	0
	.quad	0x00209b0000000000	/* 08 monitor code */
	.quad	0x0000930000000000	/* 10 monitor data */

	.section .bss.start, "aw", @nobits
	.p2align 12
	.globl	boot_pml4
boot_pml4:	.skip 4096
boot_pdpt:	.skip 4096
boot_pd:	.skip 4 * 4096
	.hidden	boot_pml4, relocate, monitor_main, image_loaded_end, image_end, mon_stack_top
