public import Lanes

/// A host, such as an encoder, that can be acted on now, whatever carries it.
///
/// A line runs by `/bin/sh -c` as the user that was logged in as, in that user's home folder, without a terminal. Its
/// environment is the host's own: what a step adds stands in the line.
public protocol ConnectedHost: ConnectedTarget {
    /// Puts files on the host, many in one go; missing parent folders are made.
    ///
    /// Modes and times are those of the files. A file that is there is overwritten in place: who wants it whole or not at
    /// all gives a temporary name, and renames it.
    ///
    /// - Parameter resumes: Whether a file that is there already, and shorter, is gone on with behind its end. Only for
    ///   paths that nobody else writes; what was there is not looked at, so the caller compares hashes afterwards.
    func upload(_ files: [FileToPush], resumes: Bool, progress: ProgressMeter) async throws -> UploadReceipt

    /// Whether somebody takes a TCP connection there, as seen from the host; it is closed at once.
    func reaches(_ address: Address) async throws -> Bool

    /// Sends bytes to an address as seen from the host, and reads what comes back until the other side ends, or `limit`.
    ///
    /// The sending half stays open until the answer has ended, as some servers drop a request whose sender has gone.
    ///
    /// - Parameter limit: Bytes of the answer after which nothing more is read.
    /// - Returns: The answer; nil when nobody takes the connection there.
    func exchange(_ request: [UInt8], with address: Address, limit: Int) async throws -> [UInt8]?
}
