/// The paths on phones that the service takes (Cloud Phone API, shared storage; nested objects).
public enum PathCheck {
    /// A file to be removed from shared storage: absolute, at most 4,096 bytes, no `..`.
    public static func sharedFile(_ path: String) throws(CheckFault) {
        try common(path, characters: "./-_= ")
        try underData(path)
    }

    /// A folder to be listed: not the root alone, no `../` and no `//`.
    public static func sharedFolder(_ path: String) throws(CheckFault) {
        try common(path, characters: ".+-_/=")
        guard path != "/" else { throw CheckFault("the root alone cannot be listed", advice: "name a folder in /data") }
        guard !path.contains("//") else { throw CheckFault("the path \(path) has two slashes in a row") }
    }

    /// What an export takes along: under `/data` or `/cache`, `*` only at the end.
    public static func exported(_ path: String) throws(CheckFault) {
        try common(path, characters: "./-_+#*~=")
        try underData(path)
        guard !path.dropLast().contains("*") else {
            throw CheckFault("the path \(path) has a * before its end")
        }
    }

    /// What an export takes along, as a whole: `/data/misc` goes only with `/data/system` and `/data/system_de`.
    public static func exported(_ paths: [String]) throws(CheckFault) {
        guard !paths.isEmpty else { throw CheckFault("there is no path to export") }
        for path in paths { try exported(path) }
        let misc = paths.filter { $0 == "/data/misc" || $0.hasPrefix("/data/misc/") }
        guard !misc.isEmpty else { return }
        guard misc == ["/data/misc"], paths.contains("/data/system"), paths.contains("/data/system_de") else {
            throw CheckFault(
                "/data/misc can be exported only whole and together with /data/system and /data/system_de")
        }
    }

    private static func common(_ path: String, characters: String) throws(CheckFault) {
        guard path.hasPrefix("/") else { throw CheckFault("the path `\(path.prefix(80))` is not absolute") }
        guard path.utf8.count <= 4096 else {
            throw CheckFault("a path has \(path.utf8.count) bytes, 4,096 are allowed")
        }
        try NameCheck.characters(of: path, in: characters, what: "path")
        guard !path.split(separator: "/").contains("..") else { throw CheckFault("the path \(path) has .. in it") }
    }

    private static func underData(_ path: String) throws(CheckFault) {
        guard ["/data", "/cache"].contains(where: { path == $0 || path.hasPrefix("\($0)/") }) else {
            throw CheckFault("the path \(path) is neither under /data nor under /cache")
        }
    }
}
