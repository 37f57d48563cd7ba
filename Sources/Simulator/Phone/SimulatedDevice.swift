import Crypto
import Lanes

/// A phone as it is, apart from how it is reached: files, apps, properties, log.
///
/// Confined to the phone's lane.
final class SimulatedDevice {
    /// What one phone is made from.
    struct Making: Sendable {
        var name: String
        var serial: String
        var profile: Profile
        var model: PhoneModel
        /// Made once for all phones of a profile.
        var image: FileEntry
        /// Made once for all phones of a model.
        var sharedProperties: [String: String]
        /// Bytes of the data partition.
        var capacity: UInt64
        var contents: ContentStore
        var reader: ApplicationReader
        var record: PhoneRecord
        /// Shared by all phones of a farm.
        var writeLock = WriteLock(isOn: false)
        /// Seconds since 1970 when the lane's clock read `origin`.
        var startSeconds: Int64
        var origin: LaneInstant
        /// How long an install is looked at before it is answered.
        var installDuration: Duration = .zero
        /// How long `am start -W` takes, and how long the app takes to write its first line.
        var launchDuration: Duration = .zero
        /// Packages are answered for only this long after a boot.
        var bootDuration: Duration = .seconds(30)
        /// The tests of apps, for those that get installed.
        var instrumentations: [SimulatedInstrumentation] = []
    }

    let making: Making
    let timers: DeviceTimers
    var properties: Properties
    var files: VirtualFiles
    var packages: InstalledPackages
    let log = LogBuffer()
    /// What `settings put` has stored, by `NAMESPACE KEY`.
    var settings: [String: String] = [:]
    /// Test cases that fail once and have done so.
    var failedOnce: Set<String> = []
    private var tombstones = 0
    /// The activity on the screen, as `package/activity`; nil for the launcher.
    var foreground: String?
    /// Has the phone restart; set by who holds its connections.
    var rebooting: ((String) -> Void)?
    /// What the phones of its server share; nil for one that is in no cloud.
    var shelf: SharedShelf?
    /// Packages that came from the shelf.
    var shelfPackages: Set<String> = []
    private(set) var isBooted = false
    private var boots: UInt64 = 0
    private var nextPID = 4000
    /// Takes the signals of each process that has a number of its own.
    var processes: [Int: (Int32) -> Void] = [:]
    /// Has each file that a command is writing hold what has come so far.
    var openFiles: [Int: () -> Void] = [:]
    /// When the kernel started.
    private(set) var bootMilliseconds: Int64 = 0

    var name: String { making.name }
    var profile: Profile { making.profile }
    var record: PhoneRecord { making.record }

    init(_ making: Making, timers: DeviceTimers) {
        self.making = making
        self.timers = timers
        properties = Properties(shared: making.sharedProperties, serial: making.serial)
        files = VirtualFiles(image: making.image, capacity: making.capacity)
        files.losesTimes = making.profile.quirks.contains(.sharedStorageLosesTimes)
        files.lock = PhoneWriteLock(lock: making.writeLock, record: making.record)
        packages = InstalledPackages(profile: making.profile, seed: SplitMix.hash(making.serial))
        boot()
        finishBoot()
    }

    /// Seconds since 1970 on the phone's clock.
    var seconds: Int64 { milliseconds / 1000 }

    /// Milliseconds since 1970 on the phone's clock.
    var milliseconds: Int64 {
        making.startSeconds * 1000 + timers.now.since(making.origin).wholeNanoseconds / 1_000_000
    }

    /// Whether a change may be made now; one that may not is noted.
    func allows(_ change: String) -> Bool {
        guard let lock = files.lock else { return true }
        do throws(FileError) {
            try lock.pass(change)
            return true
        } catch { return false }
    }

    /// Has the record tell how many files were written so far.
    func recordFiles() {
        let count = files.writtenFiles
        record.count { $0.writtenFiles = count }
    }

    func makePID() -> Int {
        nextPID += 1
        return nextPID
    }

    func write(_ tag: String, _ message: String, priority: Character = "I", pid: Int = 1000) {
        log.append(.init(milliseconds: milliseconds, pid: pid, priority: priority, tag: tag, message: message))
    }

    /// Leaves the dump of a crashed process, as `tombstoned` does.
    func leaveTombstone(of process: String, in function: String) {
        let digits = String(tombstones % 32).leftPadded(to: 2, with: "0")
        tombstones += 1
        let text =
            "*** *** *** *** *** *** *** *** *** *** *** *** *** *** *** ***\n"
            + "Build fingerprint: '\(properties["ro.build.fingerprint"])'\nABI: 'arm64'\n"
            + "Cmdline: \(process)\nsignal 6 (SIGABRT), code -1 (SI_QUEUE)\nbacktrace:\n  #00 \(function)\n"
        // The image has the folder, and the phone's own services are never refused.
        try? files.write(
            FileContent.bytes(Array(text.utf8)), to: "/data/tombstones/tombstone_\(digits)", at: seconds, as: .system)
    }

    // MARK: Booting

    /// Starts a reboot as the service and the program `reboot` do.
    func requestReboot(_ word: String) {
        guard allows("reboot \(word)") else { return }
        record.note { $0.reboots.append(word) }
        rebooting?(word)
    }

    /// A fresh start of the kernel: another boot id, nothing running, the log empty.
    func boot() {
        boots += 1
        isBooted = false
        endProcesses()
        bootMilliseconds = milliseconds
        log.clear()
        foreground = nil
        for package in packages.all where package.isRunning { packages.update(package.name) { $0.isRunning = false } }
        properties.set("sys.boot_completed", "")
        properties.set("dev.bootcomplete", "")
        let id = SplitMix.uuid(making.serial, boots)
        properties.set("ro.runtime.firstboot", String(milliseconds))
        let text = FileContent.bytes(Array("\(id)\n".utf8))
        // The image has the file, and the phone's own services are never refused.
        try? files.write(text, to: "/proc/sys/kernel/random/boot_id", at: seconds, as: .system)
    }

    /// The end of booting: packages are answered for.
    func finishBoot() {
        isBooted = true
        properties.set("sys.boot_completed", "1")
        properties.set("dev.bootcomplete", "1")
        write("ActivityManager", "Boot completed")
    }
}
