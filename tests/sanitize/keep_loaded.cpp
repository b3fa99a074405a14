// Open MPI unloads its plug-ins before LeakSanitizer looks: without their symbols its suppressions would not match.
extern "C" int dlclose(void*) {
  return 0;
}
