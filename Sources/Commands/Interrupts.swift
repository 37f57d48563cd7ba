import Dispatch
import Glibc
import Lanes

// Sendable: the sources are made in `init` and only cancelled afterwards, which Dispatch allows from anywhere.

/// Hears Ctrl-C (and SIGTERM) and tells how often it came: first drains, second cancels, third leaves.
final class Interrupts: @unchecked Sendable {
    private let sources: [any DispatchSourceSignal]

    /// Listens until this object goes away.
    ///
    /// - Parameter heard: Gets 1 for the first signal, 2 for the second, on a queue of its own.
    init(_ heard: @escaping @Sendable (Int) -> Void) {
        let queue = DispatchQueue(label: "drover.interrupts", target: .global())
        let counter = Counter()
        sources = [SIGINT, SIGTERM].map { number in
            // Without this the default action ends the process before the source is asked.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                counter.count += 1
                heard(counter.count)
            }
            source.activate()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
    }

    // Sendable: touched only on the queue of the sources.
    private final class Counter: @unchecked Sendable {
        var count = 0
    }

    /// Waits until the first interrupt has come, or `lifetime` is over; nil for as long as it takes.
    static func first(within lifetime: Duration? = nil) async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let interrupts = Interrupts { _ in continuation.finish() }
        if let lifetime {
            let end = DispatchTime.now() + .nanoseconds(Int(lifetime.wholeNanoseconds))
            DispatchQueue.global().asyncAfter(deadline: end) { continuation.finish() }
        }
        for await _ in stream {}
        withExtendedLifetime(interrupts) {}
    }
}
