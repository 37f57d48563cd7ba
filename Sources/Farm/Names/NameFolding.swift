/// Writes many names as few: `sim-[001-002], sim-004`, in words that a selector reads back.
public enum NameFolding {
    /// The names as one text, in natural order; doubles count once, and no names give an empty text.
    public static func fold(_ names: some Sequence<String>) -> String {
        pieces(names).joined(separator: ", ")
    }

    /// The names as one text for a message: the first pieces of ``fold(_:)``, and how many names are left out of it.
    ///
    /// - Parameter most: The pieces that are shown.
    public static func brief(_ names: some Sequence<String>, most: Int = 8) -> String {
        let pieces = pieces(names)
        // One name more takes no more room than saying that it is left out.
        guard pieces.count > most + 1 else { return pieces.joined(separator: ", ") }
        let left = pieces[most...].reduce(0) { $0 + ((try? RangePattern(parsing: $1).count) ?? 1) }
        return "\(pieces[..<most].joined(separator: ", ")) and \(left) more"
    }

    /// The pieces of ``fold(_:)``, for callers that break lines between them.
    public static func pieces(_ names: some Sequence<String>) -> [String] {
        var rows = Set(names).map(FoldedName.init(_:))
        rows.sort { $0.comesBefore($1) }
        let deepest = rows.map(\.runs).max() ?? 0
        // From the last run of digits to the first: what is equal but for that one run becomes a range.
        for run in 0..<deepest { rows = merged(rows, at: run) }
        return rows.map(\.text)
    }

    /// Merges rows that differ only in the run of digits at `run`, counted from the end, and follow each other there.
    private static func merged(_ rows: [FoldedName], at run: Int) -> [FoldedName] {
        /// What a row must look like to continue an open range.
        struct Due: Hashable {
            let frame: String
            let number: String
        }
        var result: [FoldedName] = []
        result.reserveCapacity(rows.count)
        var open: [Due: Int] = [:]
        for row in rows {
            guard let place = row.place(ofRun: run), case .digits(let number, _) = row.parts[place] else {
                result.append(row)
                continue
            }
            let frame = row.text(replacing: place)
            if let index = open.removeValue(forKey: Due(frame: frame, number: number)),
                case .digits(let lower, _) = result[index].parts[place]
            {
                result[index].parts[place] = .digits(lower, upper: number)
                open[Due(frame: frame, number: FoldedName.successor(of: number, from: lower))] = index
            } else {
                open[Due(frame: frame, number: FoldedName.successor(of: number, from: number))] = result.count
                result.append(row)
            }
        }
        return result
    }
}

/// A name cut at its runs of digits, some of which have become ranges.
private struct FoldedName {
    enum Part {
        case literal(String)
        /// One number, or a range when there is an `upper`.
        case digits(String, upper: String?)
    }

    var parts: [Part] = []
    /// How many runs of digits it has.
    private(set) var runs = 0

    init(_ name: String) {
        let bytes = Array(name.utf8)
        var start = 0
        while start < bytes.count {
            let isDigit = (0x30...0x39).contains(bytes[start])
            let end = bytes[start...].firstIndex { (0x30...0x39).contains($0) != isDigit } ?? bytes.count
            let text = String(decoding: bytes[start..<end], as: UTF8.self)
            // Longer runs are serials and hashes, not counters, and would not fit a number.
            if isDigit, end - start <= 17 {
                parts.append(.digits(text, upper: nil))
                runs += 1
            } else {
                parts.append(.literal(text))
            }
            start = end
        }
    }

    /// The number after `number` in a range that began with `lower`, whose leading zeros set the width.
    static func successor(of number: String, from lower: String) -> String {
        let width = lower.hasPrefix("0") ? lower.utf8.count : 1
        return RangePattern.padded((Int(number) ?? 0) + 1, to: width)
    }

    /// The place of a run of digits, counted from the end of the name.
    func place(ofRun run: Int) -> Int? {
        var left = run
        for (place, part) in parts.enumerated().reversed() {
            guard case .digits = part else { continue }
            if left == 0 { return place }
            left -= 1
        }
        return nil
    }

    var text: String { text(replacing: nil) }

    /// The written name, with a hole at `hole`.
    func text(replacing hole: Int?) -> String {
        var text = ""
        for (place, part) in parts.enumerated() {
            switch part {
            case _ where place == hole: text += "\u{0}"
            case .literal(let literal): text += literal
            case .digits(let lower, nil): text += lower
            case .digits(let lower, let upper?): text += "[\(lower)-\(upper)]"
            }
        }
        return text
    }

    /// Natural order: numbers by their value, everything else by its bytes.
    func comesBefore(_ other: Self) -> Bool {
        for (mine, theirs) in zip(parts, other.parts) {
            switch (mine, theirs) {
            case (.digits(let first, _), .digits(let second, _)):
                let (one, two) = (Int(first) ?? 0, Int(second) ?? 0)
                if one != two { return one < two }
                if first != second { return first.utf8.count < second.utf8.count }
            case (.literal(let first), .literal(let second)):
                if first != second { return first < second }
            case (.digits, .literal): return true
            case (.literal, .digits): return false
            }
        }
        return parts.count < other.parts.count
    }
}
