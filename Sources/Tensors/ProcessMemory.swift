#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the process has used, and what there is, as the kernel counts it.
package enum ProcessMemory {
  /// Bytes of memory that the machine has.
  package static var physical: Int {
    sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
  }

  /// Bytes that can be taken without pushing out what others use; all of the machine's where the system does not say.
  package static var available: Int {
    guard let file = unsafe fopen("/proc/meminfo", "r") else { return physical }
    defer { unsafe fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while unsafe fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard text.hasPrefix("MemAvailable:") else { continue }
      let digits = text.filter { $0.isASCII && $0.isNumber }
      return Int(digits).map { $0 * 1024 } ?? physical
    }
    return physical
  }

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
