import ADB
import Testing

/// What every phone has to do, whoever stands in between: a link of our own, or a real adb server.
enum Conversations {
    /// Exit codes, both streams apart, input, and bytes that are no text.
    static func shell(on phone: any ADBConnection) async throws {
        for code in [0, 1, 7, 255] {
            let result = try await phone.run("echo out; echo err >&2; exit \(code)")
            #expect(result.exit == code)
            #expect(result.exitSource == .packet)
            #expect(String(decoding: result.output, as: UTF8.self) == "out\n")
            #expect(String(decoding: result.error, as: UTF8.self) == "err\n")
        }
        let missing = try await phone.run("/no/such/program")
        #expect(missing.exit == 127)
        let quoted = try await phone.run("echo 'a  b' \"c;d\" '$HOME'")
        #expect(String(decoding: quoted.output, as: UTF8.self) == "a  b c;d $HOME\n")
    }
}
