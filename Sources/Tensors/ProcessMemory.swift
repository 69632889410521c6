#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the process has used, as the kernel counts it.
package enum ProcessMemory {
  /// Largest resident size so far, in bytes: mapped files count as far as they were read.
  package static var peak: Int {
    var usage = rusage()
    // RUSAGE_SELF, which has another type on each platform.
    guard unsafe getrusage(0, &usage) == 0 else { return 0 }
    #if canImport(Glibc)
      return Int(usage.ru_maxrss) * 1024
    #else
      return Int(usage.ru_maxrss)
    #endif
  }
}
