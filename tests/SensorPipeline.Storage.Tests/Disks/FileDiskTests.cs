using SensorPipeline.Storage.Disks;
using SensorPipeline.Storage.Tests.Processes;

namespace SensorPipeline.Storage.Tests.Disks;

/// <summary>What the log and the checkpoints rely on, on the real disk and on the simulated one alike.</summary>
public sealed class FileDiskTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_disk_keeps_its_contract(bool real)
    {
        using var directory = new TemporaryDirectory();
        IDisk disk = real ? new FileDisk(directory.Path) : new SimulatedDisk(new Random(1));
        using (IDiskFile file = disk.Create("one"))
        {
            file.Write(0, "0123456789"u8);
            file.Write(8, "abcd"u8);
            file.Sync();
            file.DropCache();
            Assert.Equal("67ab", Read(file, 6, 4));
            Assert.Equal("cd", Read(file, 10, 100));
            Assert.Equal("", Read(file, 12, 100));
            Assert.Equal("", Read(file, 50, 100));
            file.SetLength(4);
            Assert.Equal(4, file.Length);
        }

        Assert.Throws<IOException>(() => disk.Create("one"));
        disk.SyncDirectory();
        disk.Create("two").Dispose();
        disk.Rename("one", "two");
        Assert.Equal(["two"], disk.List());
        using (IDiskFile file = disk.Open("two", write: false))
        {
            Assert.Equal("0123", Read(file, 0, 10));
        }

        disk.Delete("two");
        Assert.Empty(disk.List());
        Assert.ThrowsAny<IOException>(() => disk.Open("two", write: true));
    }

    [Fact]
    public void A_full_device_is_told_from_other_faults()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        using IDiskFile full = new FileDisk("/dev").Open("full", write: true);
        Assert.Throws<DiskFullException>(() => full.Write(0, "x"u8));
    }

    [Fact]
    public void A_file_and_a_directory_that_cannot_be_synchronised_are_faults()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev and /proc");
        using IDiskFile pipe = new FileDisk("/dev").Open("null", write: true);
        Assert.Throws<IOException>(pipe.Sync);
        Assert.Throws<IOException>(() => new FileDisk("/proc").SyncDirectory());
        Assert.Throws<IOException>(() => new FileDisk("/nowhere").SyncDirectory());
    }

    private static string Read(IDiskFile file, long offset, int count)
    {
        byte[] bytes = new byte[count];
        return System.Text.Encoding.ASCII.GetString(bytes, 0, file.Read(offset, bytes));
    }
}
