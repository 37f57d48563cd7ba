/// A program, or an option of one, that some phones lack.
public enum PhoneTool: String, Sendable, Hashable, CaseIterable {
    /// `sha256sum`.
    case sha256sum
    /// `tar`.
    case tar
    /// `dd` with `conv=notrunc`; older ones refuse the word.
    case ddNotrunc = "dd-notrunc"
    /// `dd` with `iflag=fullblock`, and the other words behind `iflag` and `oflag`.
    case ddFlags = "dd-flags"
    /// `head` and `tail` with `-c`.
    case headBytes = "head-c"
    /// `xargs`.
    case xargs
    /// `find`.
    case find
    /// `stat`.
    case stat
    /// `zstd`, and `tar` with `--zstd`; no phone has it as it comes.
    case zstd

    /// The program that is missing as a whole; nil where only an option is.
    var program: String? {
        switch self {
        case .ddNotrunc, .ddFlags, .headBytes: nil
        case .sha256sum, .tar, .xargs, .find, .stat, .zstd: rawValue
        }
    }
}

extension Profile {
    /// Whether the phone has a program of that name, as far as it is one that phones lack.
    func has(program: String) -> Bool {
        guard let tool = PhoneTool(rawValue: program), tool.program != nil else { return true }
        return !missing.contains(tool)
    }

    /// The same phone with fewer tools.
    public func without(_ tools: PhoneTool...) -> Profile {
        var profile = self
        profile.missing.formUnion(tools)
        return profile
    }

    /// The same phone with more tools.
    public func with(_ tools: PhoneTool...) -> Profile {
        var profile = self
        profile.missing.subtract(tools)
        return profile
    }
}
