using System.Security.Cryptography;
using System.Text;

namespace SensorPipeline.Worker.Web;

/// <summary>
/// Lets only those who know the token at anything but health and metrics: as <c>Authorization: Bearer …</c>, or once as <c>?token=…</c>, which a
/// browser then keeps in a cookie that no script can read. Without a token nobody is let in.
/// </summary>
internal sealed class TokenGate(string? token)
{
    private const string Cookie = "sensor-pipeline-token";
    private const string Scheme = "Bearer ";

    private readonly byte[] expected = token is null ? [] : Digest(token);

    /// <summary>Passes a request on, or refuses it.</summary>
    public Task PassAsync(HttpContext context, RequestDelegate next)
    {
        if (IsOpen(context.Request.Path))
        {
            return next(context);
        }

        string? shown = context.Request.Query["token"];
        if (shown is not null && IsRight(shown))
        {
            var once = new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/" };
            context.Response.Cookies.Append(Cookie, shown, once);
            return next(context);
        }

        string header = context.Request.Headers.Authorization.ToString();
        string? presented = header.StartsWith(Scheme, StringComparison.Ordinal) ? header[Scheme.Length..] : context.Request.Cookies[Cookie];
        return presented is not null && IsRight(presented) ? next(context) : RefuseAsync(context);
    }

    // What lies below /metrics tells of sensors by name.
    private static bool IsOpen(PathString path) => path == "/metrics" || path.StartsWithSegments("/health", StringComparison.Ordinal);

    private Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = token is null ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(
            token is null
                ? "The page is for this machine only: set SensorPipeline:Http:TokenFile to open it to others.\n"
                : "A token is needed: open /?token=… once, or send Authorization: Bearer ….\n",
            context.RequestAborted);
    }

    // Digests have one length, so the comparison tells nothing of the token's.
    private bool IsRight(string shown) => expected.Length > 0 && CryptographicOperations.FixedTimeEquals(Digest(shown), expected);

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
