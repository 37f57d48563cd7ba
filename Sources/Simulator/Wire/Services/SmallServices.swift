/// Says one thing, or does one, and ends.
final class TextService: DeviceService {
    private let stream: DeviceStream
    private let text: String
    private let action: () -> Void

    init(_ stream: DeviceStream, _ text: String = "", action: @escaping () -> Void = {}) {
        self.stream = stream
        self.text = text
        self.action = action
    }

    func start() {
        stream.write(Array(text.utf8))
        stream.finish()
        action()
    }

    func receive(_ bytes: UnsafeRawBufferPointer) {}
}

/// `sink:N`: swallows bytes, for measuring.
final class SinkService: DeviceService {
    private let stream: DeviceStream
    private let record: PhoneRecord
    private var left: UInt64

    init(_ stream: DeviceStream, _ record: PhoneRecord, count: UInt64?) {
        self.stream = stream
        self.record = record
        left = count ?? .max
    }

    func start() { if left == 0 { stream.finish() } }

    func receive(_ bytes: UnsafeRawBufferPointer) {
        let count = min(UInt64(bytes.count), left)
        left -= count
        record.count { $0.payloadBytes += count }
        if left == 0 { stream.finish() }
    }
}

/// `source:N`: sends zeros, for measuring.
final class SourceService: DeviceService {
    private let stream: DeviceStream
    private var left: UInt64

    init(_ stream: DeviceStream, count: UInt64) {
        self.stream = stream
        left = count
    }

    func start() { outputHasRoom() }

    func receive(_ bytes: UnsafeRawBufferPointer) {}

    func outputHasRoom() {
        guard left > 0 else { return stream.finish() }
        let count = min(left, 1 << 20)
        left -= count
        stream.write([UInt8](repeating: 0, count: Int(count)))
    }
}
