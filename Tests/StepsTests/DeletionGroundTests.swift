import Farm
import Testing

@testable import Steps

struct DeletionGroundTests {
    @Test(
        "nothing is removed where others have their files, or in the system",
        arguments: [
            "/", "/sdcard", "/sdcard/", "/sdcard/game", "/sdcard/DCIM", "/sdcard/Download", "/sdcard/Pictures",
            "/sdcard/Movies",
            "/sdcard/Music", "/sdcard/Documents", "/sdcard/Android", "/sdcard/Android/data", "/sdcard/Android/obb",
            "/sdcard/Android/media", "/sdcard/android/DATA", "/sdcard/Android/data/com.studio.game",
            "/sdcard/Android/media/com.studio.game", "/sdcard/ANDROID/Data/com.studio.game", "/storage",
            "/storage/emulated",
            "/sdcard/And\u{200D}roid/data/com.studio.game", "/sdcard/Android./data/com.studio.game",
            "/sdcard/Android /data/a", "/sdcard/game/...", "/storage/emulated/0", "/storage/emulated/0/game",
            "/storage/emulated/0/Android/data/com.studio.game",
            "/storage/emulated/10/Android", "/storage/self", "/storage/self/primary", "/storage/self/primary/DCIM",
            "/storage/1A2B-3C4D", "/storage/1A2B-3C4D/game", "/mnt", "/mnt/sdcard", "/mnt/sdcard/game",
            "/mnt/expand/x/y/z",
            "/mnt/media_rw/1A2B-3C4D/game", "/mnt/user/0/primary/game", "/mnt/user/0/emulated/0/game", "/data",
            "/data/local",
            "/data/local/tmp", "/data/local/other/a/b", "/data/app/com.studio.game/base", "/data/system/users/0",
            "/data/data",
            "/data/data/com.studio.game", "/data/data/com.studio.game/files", "/data/user/0/com.studio.game/files",
            "/data/user_de/0/com.studio.game", "/data/media/0", "/data/media/0/DCIM",
            "/data/media/0/Android/data/com.studio.game",
            "/system", "/system/app/a/b", "/system_ext/a/b/c", "/vendor/etc/a/b", "/product/media/a/b", "/odm/a/b/c",
            "/proc/1/a/b",
            "/sys/a/b/c", "/dev/a/b/c", "/apex/a/b/c", "/cache/a/b/c", "/metadata/a/b/c", "/etc/a/b/c", "/unknown",
            "/unknown/a",
            "/sdcard/game/a\nb", "/sdcard/game/\u{1B}[2J",
        ])
    func refused(path: String) throws {
        #expect(DeletionGround.refusal(of: try RemotePath(validating: path)) != nil)
    }

    @Test(
        "a folder of its own is deep enough in a storage",
        arguments: [
            "/sdcard/game/assets", "/sdcard/game/assets/levels/", "/sdcard/Download/assets",
            "/sdcard/Android/data/com.studio.game/files", "/sdcard/Android/data/com.studio.game/files/assets/",
            "/sdcard/Android/obb/com.studio.game", "/storage/emulated/0/Android/obb/com.studio.game/",
            "/storage/emulated/0/Android/media/com.studio.game/packs", "/storage/1A2B-3C4D/game/assets",
            "/mnt/media_rw/1A2B-3C4D/game/assets", "/mnt/user/0/primary/game/assets", "/data/local/tmp/assets",
            "/data/local/tmp/a/b", "/data/data/com.studio.game/files/assets",
            "/data/user/0/com.studio.game/files/assets",
            "/data/media/0/Android/obb/com.studio.game", "/tmp/a/b",
        ])
    func allowed(path: String) throws {
        #expect(DeletionGround.refusal(of: try RemotePath(validating: path)) == nil)
    }
}
