import DroverTesting
import Reports
import Testing

@Suite struct FetchProgressTests {
    private typealias Count = FetchProgress.Count

    private func lines(_ name: String?, _ counts: [(Int64, Count)], width: Int = 80) -> String {
        var progress = FetchProgress(name: name)
        return counts.map { time, count in
            progress.note(count, at: time)
            return "\(time) ms: \(progress.line(width: width))\n"
        }.joined()
    }

    @Test func `one line tells the files, the bytes, the rate and what is left`() {
        func several(_ arrived: Int, of total: Int64? = nil, _ bytes: Int64, _ moved: Int64, failed: Int = 0) -> Count {
            Count(
                files: 5, arrivedFiles: arrived, failedFiles: failed, bytes: bytes * 1_000_000,
                totalBytes: total.map { $0 * 1_000_000 }, movedBytes: moved * 1_000_000)
        }
        let many = lines(
            nil,
            [
                (0, several(0, 0, 0)), (250, several(0, 30, 22)), (1_000, several(1, 96, 88)),
                (2_000, several(2, of: 3_400, 900, 176)), (3_000, several(2, of: 3_400, 1_200, 264, failed: 1)),
                (9_000, several(2, of: 3_400, 1_200, 264, failed: 1)), (10_000, several(5, of: 3_400, 3_400, 2_464)),
            ])
        let one = lines(
            "levels.tar.zst",
            [
                (0, Count(files: 1)),
                (1_000, Count(files: 1, bytes: 999, totalBytes: 2_500, movedBytes: 999)),
                (2_000, Count(files: 1, bytes: 1_000, totalBytes: 2_000_000, movedBytes: 1_000)),
            ])
        let long = lines(
            "a-very-long-name-of-a-build-of-the-night-before.tar.zst\u{1B}[2J",
            [(0, Count(files: 1, bytes: 5, totalBytes: 10, movedBytes: 5))])
        expectGolden("== several\n\(many)== one\n\(one)== long\n\(long)", "golden/reports/fetch-progress.txt")
    }

    @Test(arguments: [0, 1, 10, 40, 80])
    func `no line fills the terminal`(width: Int) {
        let count = Count(
            files: 200_000, arrivedFiles: 100_000, failedFiles: 99, bytes: .max / 4, totalBytes: .max, movedBytes: 1)
        for name in [nil, String(repeating: "手机", count: 40), "a"] {
            for line in lines(name, [(0, count), (9_000, count)], width: width).split(separator: "\n") {
                // Behind `9000 ms: `.
                #expect(line.drop { $0 != ":" }.dropFirst(2).count <= max(0, width - 1))
            }
        }
    }
}
