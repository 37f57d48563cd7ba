/// Puts UTC into the time fields of a zip on its way out: the library writes the local time of whoever packs.
///
/// Each entry's time stands in its head and again in the directory at the end. The clock gathers what passes into
/// blocks of its own, as the library's cannot be changed.
struct ZipClock {
    private let block = Block()
    private var filled = 0
    /// The bytes that passed so far.
    private var position: UInt64 = 0
    /// The time field of each entry, in order.
    private var times: [UInt32] = []
    /// Where the head of the current entry began.
    private var head: UInt64 = 0
    private var directory: Directory?
    private var nextTime = 0

    /// Its memory lives as long as the clock.
    private final class Block {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: WriteHandle.blockSize, alignment: 4096)
        deinit { bytes.deallocate() }
    }

    /// Where a record of the directory stands.
    private struct Directory {
        /// Bytes of the record that passed.
        var passed = 0
        /// Bytes of names and extra fields behind the fixed part.
        var more = 0
        /// The directory is over.
        var isOver = false
    }

    private static let headTime = 10
    private static let directoryTime = 12
    private static let directoryFixed = 46
    private static let directorySignature: [UInt8] = [0x50, 0x4B, 1, 2]

    /// Says that the head of an entry comes next.
    mutating func beginEntry(modified: Int64) {
        head = position
        times.append(Self.field(modified))
    }

    /// Says that the directory comes next.
    mutating func beginDirectory() { directory = Directory() }

    /// Takes what the library wrote and hands on whole blocks.
    mutating func take(
        _ bytes: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws(ArchiveError) -> Void
    ) throws(ArchiveError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = min(rest.count, block.bytes.count - filled)
            let part = UnsafeMutableRawBufferPointer(rebasing: block.bytes[filled..<filled + count])
            part.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
            if directory == nil { setHeadTime(in: part) } else { setDirectoryTimes(in: part) }
            position += UInt64(count)
            filled += count
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            if filled == block.bytes.count { try flush(sink) }
        }
    }

    /// Hands on what is left.
    mutating func flush(_ sink: (UnsafeRawBufferPointer) throws(ArchiveError) -> Void) throws(ArchiveError) {
        guard filled > 0 else { return }
        let count = filled
        filled = 0
        try sink(UnsafeRawBufferPointer(rebasing: block.bytes[..<count]))
    }

    private func setHeadTime(in part: UnsafeMutableRawBufferPointer) {
        guard let time = times.last else { return }
        for index in 0..<4 {
            let place = head + UInt64(Self.headTime + index)
            guard place >= position, place - position < UInt64(part.count) else { continue }
            part[Int(place - position)] = Self.byte(index, of: time)
        }
    }

    private mutating func setDirectoryTimes(in part: UnsafeMutableRawBufferPointer) {
        guard var state = directory, !state.isOver else { return }
        for index in part.indices {
            switch state.passed {
            case 0..<4:
                if part[index] != Self.directorySignature[state.passed] { state.isOver = true }
            case Self.directoryTime..<Self.directoryTime + 4 where nextTime < times.count:
                part[index] = Self.byte(state.passed - Self.directoryTime, of: times[nextTime])
            case 28, 30, 32: state.more += Int(part[index])
            case 29, 31, 33: state.more += Int(part[index]) << 8
            default: break
            }
            if state.isOver { break }
            state.passed += 1
            if state.passed == Self.directoryFixed + state.more, state.passed >= Self.directoryFixed {
                state = Directory()
                nextTime += 1
            }
        }
        directory = state
    }

    private static func byte(_ index: Int, of field: UInt32) -> UInt8 {
        UInt8(truncatingIfNeeded: field >> (index * 8))
    }

    /// The time and date fields as zip has them: from 1980 to 2107, in steps of two seconds.
    static func field(_ modified: Int64) -> UInt32 {
        // The last second that fits is 2107-12-31T23:59:58Z.
        let seconds = min(max(modified, WrittenEntry.usualTime), 4_354_819_198)
        let (day, second) = (seconds / 86_400, seconds % 86_400)
        // Days since 0000-03-01, in eras of 400 years (Howard Hinnant, "chrono-compatible low-level date algorithms").
        let shifted = day + 719_468
        let (era, ofEra) = (shifted / 146_097, shifted % 146_097)
        let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let dayOfYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let date = (year - 1980) << 9 | month << 5 | dayOfMonth
        let time = (second / 3_600) << 11 | (second / 60 % 60) << 5 | second % 60 / 2
        return UInt32(truncatingIfNeeded: date << 16 | time)
    }
}
