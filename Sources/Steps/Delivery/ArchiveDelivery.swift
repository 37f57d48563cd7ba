import Farm
import Journal
import Lanes

/// Sends many small files as one archive that the phone unpacks while it arrives.
struct ArchiveDelivery {
    /// What came of it.
    enum Outcome {
        /// Everything is there.
        case unpacked
        /// The phone's `tar` is of another kind; single files are the way then.
        case cannotUnpack
        /// The phone said no.
        case failed(StepFailure)
    }

    let staging: String
    let operation: String
    let phone: any ConnectedPhone
    let progress: ProgressMeter

    /// Unpacks in the temporary folder.
    ///
    /// Nobody's mask and nobody's numbers: files get what a push gives them.
    func send(_ archive: SharedBytes) async throws -> Outcome {
        let folder = ShellLine(staging)
        let result = try await phone.feed(
            "umask 0; mkdir -p \(folder) && cd \(folder) && tar -x -o -f -", input: [SharedSlice(archive)],
            outputLimit: 4096, progress: progress)
        if result.exit == 0 { return .unpacked }
        let words = result.errorText.isEmpty ? result.text : result.errorText
        for known in ["No space left", "Permission denied", "Read-only file system"] where words.contains(known) {
            return .failed(PushRefusals.failure(operation, place: staging, reason: words))
        }
        return .cannotUnpack
    }
}
