// The state of a million accounts is looked at in no order, and with pages of 4 KiB most looks miss the
// processor's page table cache: with large pages the writer is a tenth faster. jemalloc asks for them by
// itself; without it (sanitizers bring their own allocator) this is a name that nobody reads. Few arenas keep
// what one thread frees near to who asks next. https://jemalloc.net/jemalloc.3.html, "opt.thp".
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "thp:always,metadata_thp:auto,narenas:2";
}
