import Foundation
import Glibc

/// The processes that a process of ours has started, and those that they have started.
enum ProcessTree {
    /// The descendants of a process, parents before their children.
    static func descendants(of root: pid_t) -> [pid_t] {
        var children: [pid_t: [pid_t]] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let id = pid_t(name), let parent = parent(of: id) else { continue }
            children[parent, default: []].append(id)
        }
        var found: [pid_t] = []
        var open = [root]
        while let next = open.popLast() {
            found += children[next] ?? []
            open += children[next] ?? []
        }
        return found
    }

    /// Ends the descendants of a process of ours at once.
    ///
    /// It stands still meanwhile, so that no new one escapes.
    static func killDescendants(of root: pid_t) {
        kill(root, SIGSTOP)
        defer { kill(root, SIGCONT) }
        for id in descendants(of: root) { kill(id, SIGKILL) }
    }

    private static func parent(of id: pid_t) -> pid_t? {
        // `1234 (name, which may hold anything) S 1 ...`
        guard let text = RepositoryFile.text(at: "/proc/\(id)/stat"), let end = text.lastIndex(of: ")") else {
            return nil
        }
        let fields = text[end...].split(separator: " ")
        return fields.count > 2 ? pid_t(fields[2]) : nil
    }
}
