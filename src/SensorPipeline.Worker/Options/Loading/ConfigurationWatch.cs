using System.Security.Cryptography;

namespace SensorPipeline.Worker.Options.Loading;

/// <summary>
/// Notices that a file says something else than before, by reading it. So it does not matter how that came about: written in place, another file renamed
/// over it, a symbolic link above it that points elsewhere, a file mounted into a container — of which a file system's own notices miss the latter two.
/// </summary>
internal sealed class ConfigurationWatch(string file)
{
    private byte[]? taken = Read(file);
    private byte[]? seen;

    /// <summary>
    /// Whether the content is another than when this was last true, and the same as at the last look: an editor may be in the middle of writing. A file
    /// that is not there says nothing new.
    /// </summary>
    public bool HasChanged()
    {
        byte[]? before = seen;
        seen = Read(file);
        if (seen is null || before is null || !seen.AsSpan().SequenceEqual(before) || (taken is not null && seen.AsSpan().SequenceEqual(taken)))
        {
            return false;
        }

        taken = seen;
        return true;
    }

    private static byte[]? Read(string file)
    {
        try
        {
            using FileStream content = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return SHA256.HashData(content);
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
