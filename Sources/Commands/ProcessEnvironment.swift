import Glibc

/// The environment variables of this process.
enum ProcessEnvironment {
    static var all: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text)
            entry += 1
            guard let sign = pair.firstIndex(of: "=") else { continue }
            variables[String(pair[..<sign])] = String(pair[pair.index(after: sign)...])
        }
        return variables
    }
}
