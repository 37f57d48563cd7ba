import Farm
import Journal

/// Whether a phone has room for what is to be put on it.
enum RoomCheck: Sendable, Equatable {
    /// There is room, or the phone did not tell.
    case enough
    /// There is not.
    case tooLittle(free: UInt64, needed: UInt64)

    /// What must stay free whatever is delivered, 64 MiB: a phone with less begins to fail in other ways.
    static let floor: UInt64 = 64 << 20

    /// Asks the phone for the free space of the volume that holds `folder`.
    static func look(for bytes: UInt64, at folder: String, on phone: any ConnectedPhone) async throws -> Self {
        let result = try await phone.run(ShellLine("df", "-k", folder).description)
        guard let free = FreeSpace(reading: result.text)?.bytes else { return .enough }
        let (needed, overflow) = bytes.addingReportingOverflow(floor)
        guard !overflow, free < needed else { return overflow ? .tooLittle(free: free, needed: .max) : .enough }
        return .tooLittle(free: free, needed: needed)
    }

    /// The failure that a lack of room is.
    func failure(of operation: String) -> StepFailure? {
        guard case .tooLittle(let free, let needed) = self else { return nil }
        return StepFailure(
            code: "no-space", operation: operation,
            reason: "\(ByteCount(clamping: free)) free, and \(ByteCount(clamping: needed)) are needed",
            advice: "free space on the phone: remove apps or files, or run `pm trim-caches 999G` on it")
    }
}

extension ByteCount {
    /// A size from a phone or a sum of sizes; what does not fit is the largest that does.
    init(clamping bytes: UInt64) { self.init(Int(clamping: bytes)) }
}
