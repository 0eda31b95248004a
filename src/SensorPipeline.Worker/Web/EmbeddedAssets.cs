using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;

namespace SensorPipeline.Worker.Web;

/// <summary>The page's files, held in memory, as they are and compressed: they are part of the program.</summary>
internal sealed class EmbeddedAssets
{
    private const string Prefix = "Web/Assets/";
    private readonly Dictionary<string, Asset> assets = new(StringComparer.Ordinal);

    public EmbeddedAssets()
    {
        Assembly assembly = typeof(EmbeddedAssets).Assembly;
        foreach (string resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using Stream stream = assembly.GetManifestResourceStream(resource)!;
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            string tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8))}\"";
            assets.Add(resource[Prefix.Length..], new Asset(bytes, Compress(bytes), ContentTypeOf(resource), tag));
        }
    }

    public IEnumerable<string> Names => assets.Keys;

    public async Task ServeAsync(HttpContext context, string name)
    {
        Asset asset = assets[name];
        context.Response.Headers.ETag = asset.Tag;
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.Vary = "Accept-Encoding";
        if (context.Request.Headers.IfNoneMatch == asset.Tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = asset.ContentType;
        bool isCompressed = context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        byte[] body = isCompressed ? asset.Compressed : asset.Bytes;
        context.Response.Headers.ContentEncoding = isCompressed ? "gzip" : default;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
        }
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize))
        {
            gzip.Write(bytes);
        }

        return compressed.ToArray();
    }

    private static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => throw new InvalidOperationException($"{name} is of no known type"),
    };

    private sealed record Asset(byte[] Bytes, byte[] Compressed, string ContentType, string Tag);
}
