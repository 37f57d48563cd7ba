import DroverTesting
import Glibc
import Secrets
import Testing

@Suite struct SecretTests {
    private struct Holder {
        let secret: Secret
        let list: [Secret]
    }

    @Test func `nothing that prints a secret shows it`() {
        let secret = Secret(name: "token", "canary-4711")
        let holder = Holder(secret: secret, list: [secret])
        var dumped = ""
        dump(holder, to: &dumped)
        let texts = [
            "\(secret)", String(describing: secret), String(reflecting: secret), "\(holder)", "\([secret])",
            "\(Optional(secret) as Any)", "\(["a": secret])", dumped, "\(Mirror(reflecting: secret).children.count)",
        ]
        for text in texts { #expect(!text.contains("canary")) }
        #expect("\(secret)" == "‹secret token›")
    }

    @Test func `a secret comes from the environment, a file or a command, without its last line break`() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/pin"
        try folder.write("from-file\n", to: "pin")
        #expect(chmod(path, 0o600) == 0)
        let environment = ["TOKEN": "from-env", "HOME": folder.path, "PATH": "/usr/bin:/bin"]
        let sources: [(SecretSource, String)] = [
            (.environment("TOKEN"), "from-env"), (.file(path), "from-file"), (.file("~/pin"), "from-file"),
            (.command("printf 'from\\ncommand\\n'"), "from\ncommand"), (.command("printf $TOKEN"), "from-env"),
        ]
        for (source, expected) in sources {
            let secret = try source.read(named: "s", environment: environment)
            #expect(secret.reveal { $0 } == expected)
        }
    }

    @Test func `a secret that cannot be had or hidden is refused with what to do`() throws {
        let folder = try ScratchFolder()
        try folder.write("readable-by-all", to: "open")
        #expect(chmod(folder.path + "/open", 0o644) == 0)
        let environment = ["SHORT": "abc", "EMPTY": "", "PATH": "/usr/bin:/bin"]
        let refusals: [(SecretSource, String)] = [
            (.environment("NONE"), "the secret `s` is not there: the environment has no NONE"),
            (.environment("SHORT"), "the secret `s` is too short to be kept secret"),
            (.environment("EMPTY"), "the secret `s` is empty"),
            (.file(folder.path + "/open"), "others can read the file of the secret `s`, \(folder.path)/open"),
            (.file(folder.path), "the secret `s` could not be read from \(folder.path): it is not a file"),
            (.command("echo canary-4711; exit 3"), "the command of the secret `s` ended with exit code 3"),
            (.command("kill -9 $$"), "the command of the secret `s` ended by signal 9"),
            (.command("head -c 200000 /dev/zero"), "the command of the secret `s` printed more than 64 KiB"),
            (.command("printf 'a\\377bcd'"), "the secret `s` is no text"),
        ]
        for (source, expected) in refusals {
            let error = #expect(throws: SecretError.self) { try source.read(named: "s", environment: environment) }
            #expect(error?.message == expected)
            #expect(error?.help?.contains("canary") != true || expected.contains("exit code"))
        }
    }

    @Test func `a command that goes on without end is stopped`() throws {
        let error = #expect(throws: SecretError.self) {
            try SecretSource.command("exec sleep 600").read(
                named: "s", environment: ["PATH": "/usr/bin:/bin"], limit: 1)
        }
        #expect(error?.message == "the command of the secret `s` took longer than 1 s")
    }
}
