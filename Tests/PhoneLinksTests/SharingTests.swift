import ADBWire
import Farm
import Lanes
import Testing

@testable import PhoneLinks

struct SharingTests {
    func files(_ bytes: SharedBytes, modified: Int64 = 1) throws -> [FileToPush] {
        [
            FileToPush(path: try RemotePath(validating: "/sdcard/a"), content: .bytes(bytes), modified: modified),
            FileToPush(path: try RemotePath(validating: "/sdcard/b"), content: .link(to: "a"), modified: modified),
        ]
    }

    @Test func `the same delivery is framed once for all phones`() throws {
        let scripts = PushScripts()
        let bytes = SharedBytes([1, 2, 3])
        let first = try scripts.script(for: try files(bytes), features: .android11)
        #expect(try scripts.script(for: try files(bytes), features: .android11) === first)
    }

    @Test func `another content, time or kind of phone is another delivery`() throws {
        let scripts = PushScripts()
        let bytes = SharedBytes([1, 2, 3])
        let first = try scripts.script(for: try files(bytes), features: .android11)
        #expect(try scripts.script(for: try files(SharedBytes([1, 2, 3])), features: .android11) !== first)
        #expect(try scripts.script(for: try files(bytes, modified: 2), features: .android11) !== first)
        #expect(try scripts.script(for: try files(bytes), features: .android7) !== first)
    }

    @Test func `bytes are counted while they move and once only`() {
        let tally = TransferTally()
        let meter = ProgressMeter(clock: ManualClock())
        meter.move(5)
        let transfer = tally.begin(meter)
        meter.move(10)
        #expect(tally.bytes == 10)
        tally.end(transfer)
        tally.end(transfer)
        meter.move(100)
        #expect(tally.bytes == 10)
    }
}
