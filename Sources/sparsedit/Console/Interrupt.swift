import Glibc
import SparseditKit

/// Ctrl-C and TERM, as the switch that long work looks at between blocks.
///
/// The first signal asks the work to stop, so that nothing half-written stays behind; a second one ends the
/// process at once.
enum Interrupt {
  static let cancellation = Cancellation()

  static func install() {
    // Made before a handler could run: what follows in a handler is one atomic store.
    _ = cancellation
    for number in [SIGINT, SIGTERM] {
      var action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = { number in
        if Interrupt.cancellation.isCancelled { _exit(128 + number) }
        Interrupt.cancellation.cancel()
      }
      unsafe sigaction(number, &action, nil)
    }
    // A parent that starts us from a thread with signals held back hands that down.
    var both = sigset_t()
    unsafe sigemptyset(&both)
    unsafe sigaddset(&both, SIGINT)
    unsafe sigaddset(&both, SIGTERM)
    unsafe pthread_sigmask(SIG_UNBLOCK, &both, nil)
    // A reader that went away is a write error with a message, not a silent end.
    signal(SIGPIPE, SIG_IGN)
  }
}
