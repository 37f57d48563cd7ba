import ADBWire
import Lanes

extension ADBConnection {
    /// Pushes an APK to the phone and installs it from there, for phones that cannot stream.
    func installStaged(_ part: AppPart, _ flags: [String], _ meter: ProgressMeter?) async throws -> InstallReply {
        let path = "/data/local/tmp/drover-\(String(UInt64.random(in: .min ... .max), radix: 16)).apk"
        let item = PushItem(path: path, content: .bytes(part.bytes), mode: 0o644, modified: 0)
        if let refusal = try await push(PushScript([item], features: features), meter: meter).first {
            return .other(refusal.reason)
        }
        do {
            let words = ["pm", "install"] + flags + [path]
            let line = words.map(ShellQuoting.quoteIfNeeded).joined(separator: " ")
            let result = try await run(line, outputLimit: 65536)
            await remove(path)
            let answer = InstallReply(parsing: String(decoding: result.output, as: UTF8.self))
            // Newer package managers say no on standard error.
            return answer == .empty ? InstallReply(parsing: String(decoding: result.error, as: UTF8.self)) : answer
        } catch {
            await remove(path)
            throw error
        }
    }

    /// What stays behind is swept before a later install; failing to remove it is no failure of this one.
    private func remove(_ path: String) async {
        guard failure == nil else { return }
        _ = try? await run("rm -f \(ShellQuoting.quote(path))")
    }
}
