import Archive
import ArgumentParser
import Farm
import Glibc
import Secrets
import SourceText

/// How an archive is read: its limits and its password.
struct ArchiveOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Stop when the contents are larger than this; 64GiB by default.", valueName: "size"))
    var limitBytes: SizeArgument?

    @Option(help: ArgumentHelp("Stop after this many entries.", valueName: "number"))
    var limitEntries = ArchiveLimits().entries

    @Option(help: ArgumentHelp("Stop when a byte of the archive becomes more than this many.", valueName: "number"))
    var limitRatio = ArchiveLimits().ratio

    @Option(help: ArgumentHelp("Leave out this many names at the front of each path.", valueName: "number"))
    var strip = 0

    @Option(help: ArgumentHelp("A file with the password of an encrypted zip.", valueName: "file"))
    var passwordFile: String?

    func validate() throws {
        guard strip >= 0 else { throw ValidationError("--strip takes 0 or more, not \(strip)") }
        guard limitEntries > 0, limitRatio > 0 else {
            throw ValidationError("--limit-entries and --limit-ratio take 1 or more")
        }
    }

    var limits: ArchiveLimits {
        ArchiveLimits(
            entries: limitEntries, bytes: limitBytes.map { UInt64($0.value.bytes) } ?? ArchiveLimits().bytes,
            ratio: limitRatio)
    }

    /// Opens an archive and lends a reader; `-` is standard input.
    ///
    /// - Throws: ``CommandFailure`` in one line that begins with the file.
    func read<Result>(
        _ file: String, _ body: (inout ArchiveReader) throws(ArchiveError) -> Result
    ) throws(CommandFailure) -> Result {
        let password = try password()
        let descriptor = file == "-" ? dup(0) : open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure("\(file) cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        do throws(ArchiveError) {
            var reader = try ArchiveReader(descriptor: descriptor, kinds: .all, password: password, limits: limits)
            return try body(&reader)
        } catch {
            throw CommandFailure(
                Self.words(error, file), status: error.code == .cannotWrite ? .cannotGoOn : .wrongInput)
        }
    }

    private func password() throws(CommandFailure) -> String? {
        guard let passwordFile else { return nil }
        do throws(SecretError) {
            let secret = try SecretSource.file(passwordFile).read(
                named: "password", environment: ProcessEnvironment.all)
            ProcessSecrets.vault.add(secret)
            return secret.reveal { $0 }
        } catch {
            throw CommandFailure(([error.message] + (error.help.map { [$0] } ?? [])).joined(separator: "; "))
        }
    }

    /// One line: the file, what was being done, why it failed, and what to do about it.
    private static func words(_ error: ArchiveError, _ file: String) -> String {
        let advice: String? =
            switch error.code {
            case .passwordNeeded: "give --password-file FILE"
            case .overLimit: "if you trust it, raise --limit-bytes, --limit-entries or --limit-ratio"
            default: nil
            }
        let words = excerpt(error.description, longest: 600)
        return "\(file): \(words)" + (advice.map { "; \($0)" } ?? "")
    }

    /// A text of an archive, safe to print and not too long.
    static func excerpt(_ text: String, longest: Int) -> String {
        let short = text.utf8.count > longest ? String(text.prefix(longest)) + "…" : text
        return terminalSafe(short)
    }
}
