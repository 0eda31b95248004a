using System.Reflection;
using System.Security.Cryptography;

namespace SensorPipeline.Worker.Web;

/// <summary>The page's files, held in memory: they are part of the program.</summary>
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
            assets.Add(resource[Prefix.Length..], new Asset(bytes, ContentTypeOf(resource), tag));
        }
    }

    public IEnumerable<string> Names => assets.Keys;

    public async Task ServeAsync(HttpContext context, string name)
    {
        Asset asset = assets[name];
        context.Response.Headers.ETag = asset.Tag;
        context.Response.Headers.CacheControl = "no-cache";
        if (context.Request.Headers.IfNoneMatch == asset.Tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = asset.ContentType;
        context.Response.ContentLength = asset.Bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(asset.Bytes, context.RequestAborted);
        }
    }

    private static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => throw new InvalidOperationException($"{name} is of no known type"),
    };

    private sealed record Asset(byte[] Bytes, string ContentType, string Tag);
}
