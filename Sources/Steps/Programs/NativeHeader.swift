/// The header of a native program (ELF, System V ABI chapter 4), as far as it tells who can run it.
struct NativeHeader {
    private static let build = "build it with the Android NDK"

    private let bytes: UnsafeRawBufferPointer
    private let is64: Bool

    /// - Parameter bytes: The whole file, which begins as such files do.
    init(_ bytes: UnsafeRawBufferPointer) throws(ProgramFault) {
        guard bytes.count >= 64, bytes[4] == 1 || bytes[4] == 2 else {
            throw ProgramFault("is damaged: its header is not whole", advice: Self.build)
        }
        self.bytes = bytes
        is64 = bytes[4] == 2
    }

    /// The processor that it was built for, in the words of Android.
    ///
    /// - Throws: For what is no program, or none for Android.
    func abi() throws(ProgramFault) -> String {
        let type = number(at: 16, bytes: 2)
        let start = number(at: 24, bytes: is64 ? 8 : 4)
        guard bytes[5] == 1, type == 2 || type == 3, start != 0 else {
            throw ProgramFault(
                type == 3 ? "is a library, and a program is due" : "is a part of a program, and no whole one",
                advice: Self.build)
        }
        let machine = number(at: 18, bytes: 2)
        guard let abi = Self.processors[Processor(machine: machine ?? 0, is64: is64)] else {
            throw ProgramFault("is built for a processor that no phone has", advice: Self.build)
        }
        // Without a loader it is linked statically, and runs on any system of the processor.
        if let loader = loader(), !loader.hasPrefix("/system/"), !loader.hasPrefix("/apex/") {
            throw ProgramFault(
                "is built for Linux and not for Android: it wants \(PhoneWords(loader).firstLine)",
                advice: "\(Self.build), or link it statically")
        }
        return abi
    }

    private struct Processor: Hashable {
        let machine: UInt64
        let is64: Bool
    }

    private static let processors: [Processor: String] = [
        Processor(machine: 183, is64: true): "arm64-v8a", Processor(machine: 40, is64: false): "armeabi-v7a",
        Processor(machine: 62, is64: true): "x86_64", Processor(machine: 3, is64: false): "x86",
        Processor(machine: 243, is64: true): "riscv64",
    ]

    /// The path of the loader that the program asks for.
    private func loader() -> String? {
        guard let table = number(at: is64 ? 32 : 28, bytes: is64 ? 8 : 4),
            let size = number(at: is64 ? 54 : 42, bytes: 2), let count = number(at: is64 ? 56 : 44, bytes: 2)
        else { return nil }
        for index in 0..<count {
            let entry = table.addingReportingOverflow(index * size)
            guard !entry.overflow, let place = Int(exactly: entry.partialValue), let type = number(at: place, bytes: 4)
            else { return nil }
            guard type == 3 else { continue }
            guard let start = number(at: place + (is64 ? 8 : 4), bytes: is64 ? 8 : 4),
                let length = number(at: place + (is64 ? 32 : 16), bytes: is64 ? 8 : 4),
                length <= 4096, start <= UInt64(bytes.count), length <= UInt64(bytes.count) - start
            else { return nil }
            let text = bytes[Int(start)..<Int(start + length)].prefix { $0 != 0 }
            return String(decoding: text, as: UTF8.self)
        }
        return nil
    }

    /// A number of the file, which is little-endian; nil where the file is too short.
    private func number(at place: Int, bytes count: Int) -> UInt64? {
        guard place >= 0, place <= bytes.count - count else { return nil }
        return (0..<count).reduce(0) { $0 | UInt64(bytes[place + $1]) << (8 * UInt64($1)) }
    }
}
