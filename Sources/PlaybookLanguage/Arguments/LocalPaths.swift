import Farm
import SourceText

/// A relative path put below a folder; absolute paths, addresses, and those without a folder stay as they are.
public func joinedPath(_ path: String, below folder: String?) -> String {
    guard let folder, !folder.isEmpty, folder != ".", !path.hasPrefix("/"), PayloadDefinition.scheme(of: path) == nil
    else { return path }
    return folder.hasSuffix("/") ? folder + path : folder + "/" + path
}

/// The folder that a file lies in, nil when its name has none.
func folder(of file: String) -> String? {
    guard let slash = file.lastIndex(of: "/") else { return nil }
    return slash == file.startIndex ? "/" : String(file[..<slash])
}

func closest(_ word: String, _ words: [String]) -> String? { closestMatch(to: word, among: words) }
