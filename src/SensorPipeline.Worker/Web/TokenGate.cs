using System.Security.Cryptography;
using System.Text;

namespace SensorPipeline.Worker.Web;

/// <summary>
/// Lets only those who know the token at anything but health and metrics: as <c>Authorization: Bearer …</c>, or once as <c>?token=…</c>, which a
/// browser then keeps in a cookie that no script can read. Without a token nobody is let in, and who shows many wrong ones has to wait.
/// </summary>
internal sealed class TokenGate(string? token, TimeProvider clock)
{
    private const string Cookie = "sensor-pipeline-token";
    private const string Scheme = "Bearer ";

    private readonly RefusedAttempts refused = new(clock);
    private readonly byte[] expected = token is null ? [] : Digest(token);

    /// <summary>Passes a request on, or refuses it.</summary>
    public Task PassAsync(HttpContext context, RequestDelegate next)
    {
        if (IsOpen(context.Request.Path))
        {
            return next(context);
        }

        string? asked = context.Request.Query["token"];
        string header = context.Request.Headers.Authorization.ToString();
        string? presented = header.StartsWith(Scheme, StringComparison.Ordinal) ? header[Scheme.Length..] : context.Request.Cookies[Cookie];
        if (asked is null && presented is null)
        {
            return RefuseAsync(context, Wanting);
        }

        if (refused.AreTooMany(context.Connection.RemoteIpAddress))
        {
            return RefuseAsync(context, StatusCodes.Status429TooManyRequests);
        }

        bool isAskedRight = IsRight(asked);
        if (!isAskedRight && !IsRight(presented))
        {
            refused.Add(context.Connection.RemoteIpAddress);
            return RefuseAsync(context, Wanting);
        }

        if (isAskedRight)
        {
            context.Response.Cookies.Append(Cookie, asked!, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/" });
        }

        return next(context);
    }

    private int Wanting => token is null ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;

    // What lies below /metrics tells of sensors by name.
    private static bool IsOpen(PathString path) => path == "/metrics" || path.StartsWithSegments("/health", StringComparison.Ordinal);

    private static Task RefuseAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(
            status switch
            {
                StatusCodes.Status403Forbidden => "The page is for this machine only: set SensorPipeline:Http:TokenFile to open it to others.\n",
                StatusCodes.Status429TooManyRequests => "Too many wrong tokens came from this address: wait a minute.\n",
                _ => "A token is needed: open /?token=… once, or send Authorization: Bearer ….\n",
            },
            context.RequestAborted);
    }

    // Digests have one length, so the comparison tells nothing of the token's.
    private bool IsRight(string? shown) => shown is not null && expected.Length > 0 && CryptographicOperations.FixedTimeEquals(Digest(shown), expected);

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
