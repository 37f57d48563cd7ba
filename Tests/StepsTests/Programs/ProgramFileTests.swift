import DroverTesting
import Farm
import Journal
import Lanes
import Testing

@testable import Steps

/// What of a local file shows whether a phone can run it.
struct `Programs for phones` {
    /// A native program as far as its header tells: ELF, System V ABI chapter 4.
    static func native(
        bits: UInt8 = 2, machine: UInt16 = 183, type: UInt8 = 3, start: UInt8 = 64,
        loader: String? = "/system/bin/linker64"
    ) -> [UInt8] {
        let is64 = bits == 2
        var bytes = [UInt8](repeating: 0, count: 256)
        bytes.replaceSubrange(0..<6, with: [0x7f, 0x45, 0x4c, 0x46, bits, 1])
        bytes[16] = type
        bytes[18] = UInt8(truncatingIfNeeded: machine)
        bytes[19] = UInt8(truncatingIfNeeded: machine >> 8)
        bytes[24] = start
        guard let loader else { return bytes }
        // One entry of the program's table, behind the header, that names the loader.
        let table = 64
        bytes[is64 ? 32 : 28] = UInt8(table)
        bytes[is64 ? 54 : 42] = is64 ? 56 : 32
        bytes[is64 ? 56 : 44] = 1
        bytes[table] = 3
        bytes[table + (is64 ? 8 : 4)] = 128
        bytes[table + (is64 ? 32 : 16)] = UInt8(loader.utf8.count + 1)
        bytes.replaceSubrange(128..<128 + loader.utf8.count, with: Array(loader.utf8))
        return bytes
    }

    private static func files(_ bytes: [UInt8], name: String = "tap", isFolder: Bool = false) -> FilesPayload {
        FilesPayload(
            isFolder: isFolder,
            entries: [.init(path: name, content: .bytes(SharedBytes(bytes)), mode: 0o644, modified: 1)],
            source: "tools/tap")
    }

    @Test(
        arguments: [
            (native(), "arm64-v8a"), (native(bits: 1, machine: 40, loader: "/system/bin/linker"), "armeabi-v7a"),
            (native(machine: 62), "x86_64"), (native(bits: 1, machine: 3, loader: "/system/bin/linker"), "x86"),
            (native(machine: 243), "riscv64"), (native(type: 2, loader: nil), "arm64-v8a"),
            (native(loader: "/apex/com.android.runtime/bin/linker64"), "arm64-v8a"),
        ] as [([UInt8], String)])
    func `a native program tells its processor`(bytes: [UInt8], abi: String) throws {
        #expect(try ProgramFile(Self.files(bytes)).kind == .native(abi: abi))
    }

    @Test func `a script tells none`() throws {
        let file = try ProgramFile(Self.files(Array("#!/system/bin/sh\necho a\n".utf8), name: "sub/-a ü.sh"))
        #expect(file.kind == .script)
        #expect(file.name == "program-a___.sh")
        #expect(file.sha256.count == 64)
    }

    @Test(
        arguments: [
            ([], "is empty"), (Array("echo a\n".utf8), "neither a native program"),
            (Array("#!/system/bin/sh\r\necho a\r\n".utf8), "end as on Windows"),
            (native(loader: "/lib64/ld-linux-x86-64.so.2"), "built for Linux and not for Android"),
            (native(machine: 8), "that no phone has"), (native(start: 0), "is a library"),
            (native(type: 1), "a part of a program"), (Array(native().prefix(40)), "is not whole"),
            (native(bits: 7), "is not whole"),
        ] as [([UInt8], String)])
    func `what no phone could run is refused`(bytes: [UInt8], words: String) {
        #expect { try ProgramFile(Self.files(bytes)) } throws: {
            guard let error = $0 as? PayloadError else { return false }
            return error.reason.contains(words) && error.path == "tools/tap"
        }
    }

    @Test func `a folder is no program`() {
        #expect { try ProgramFile(Self.files([], isFolder: true)) } throws: { "\($0)".contains("is a folder") }
    }

    @Test func `headers that lie are read to no harm`() throws {
        var generator = SeededNumbers(seed: 7)
        for _ in 0..<20_000 {
            var bytes = Self.native()
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                bytes[Int.random(in: 4..<120, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let length = Int.random(in: 4...bytes.count, using: &generator)
            _ = try? ProgramFile(Self.files(Array(bytes.prefix(length))))
        }
    }

    @Test func `a phone of another processor is told before anything is sent`() async throws {
        let phone = try ScriptedPhone { $0.says("armeabi-v7a,armeabi\n", to: "getprop ro.product.cpu.abilist") }
        var payloads = ScriptedPayloads()
        payloads.files["tools/tap"] = Self.files(Self.native())
        let step = try StepText("media: tools/tap")
        let folder = try ScratchFolder()
        let context = testContext(on: phone, payloads: payloads, folder: folder.path)
        let outcome = try await Task(executorPreference: phone.lane) {
            try await step.kind.perform(on: phone, context: context)
        }.value
        #expect(outcome.failure?.code == "abi")
        #expect(
            outcome.failure?.reason == "tools/tap is built for arm64-v8a, and the phone runs armeabi-v7a, armeabi")
        #expect(phone.requests == ["run getprop ro.product.cpu.abilist"])
    }
}
