import Farm
import Glibc

extension ContainedPath {
    /// The first number, from `001` on, that nothing bears yet.
    ///
    /// A step that is done again keeps what it had.
    ///
    /// - Parameter ending: What follows the number, such as `.png`.
    func numbered(_ ending: String) throws(FarmError) -> ContainedPath {
        for number in 1...99_999 {
            let digits = String(number)
            let name = String(repeating: "0", count: max(0, 3 - digits.count)) + digits + ending
            let place = try appending(name)
            if access(place.path, F_OK) != 0 { return place }
        }
        throw FarmError(.badPath, path, "it holds too many files already")
    }

    /// The name below this folder, with an ending unless it bears it already; a number when there is no name.
    func place(for name: String?, ending: String) throws(FarmError) -> ContainedPath {
        guard let name, !name.isEmpty else { return try numbered(ending) }
        return try appending(name.hasSuffix(ending) ? name : name + ending)
    }
}
