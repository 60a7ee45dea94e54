/*
 * lwippools.h: what mem_malloc may hand out.  lwIP includes this file several times with
 * different meanings of the macro; the size must be a plain number.
 *
 *   72    struct pbuf (24), IP and TCP header (40), one option (4): a SYN, a FIN, a bare ACK; 8 bytes of data
 *   1528  the same with NET_MSS bytes of data
 */
LWIP_MALLOC_MEMPOOL_START
LWIP_MALLOC_MEMPOOL(NET_SMALL, 72)
LWIP_MALLOC_MEMPOOL(NET_SEGMENTS, 1528)
LWIP_MALLOC_MEMPOOL_END
