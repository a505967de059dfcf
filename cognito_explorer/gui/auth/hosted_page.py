"""The web page of one sign-in: it lets the hosted UI work, catches the redirect, and refuses everything else.

Imports WebEngine, which takes half a second: import this module only when a view opens.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QColor
from PySide6.QtWebEngineCore import (
    QWebEngineCertificateError,
    QWebEngineDownloadRequest,
    QWebEngineLoadingInfo,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineSettings,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from cognito_explorer.core.auth.hosted_requests import PageRequest
from cognito_explorer.gui.auth.page_guard import PageGuard
from cognito_explorer.gui.auth.window_keys import WindowKeys
from cognito_explorer.gui.lib.theme import theme

_OFF = (
    QWebEngineSettings.WebAttribute.PluginsEnabled,
    QWebEngineSettings.WebAttribute.PdfViewerEnabled,
    QWebEngineSettings.WebAttribute.ErrorPageEnabled,
    QWebEngineSettings.WebAttribute.JavascriptCanOpenWindows,
    QWebEngineSettings.WebAttribute.JavascriptCanAccessClipboard,
    QWebEngineSettings.WebAttribute.FullScreenSupportEnabled,
    QWebEngineSettings.WebAttribute.ScreenCaptureEnabled,
    QWebEngineSettings.WebAttribute.NavigateOnDropEnabled,
    QWebEngineSettings.WebAttribute.HyperlinkAuditingEnabled,
    QWebEngineSettings.WebAttribute.LocalContentCanAccessFileUrls,
    QWebEngineSettings.WebAttribute.AutoLoadIconsForPage,
)
_WEB = ("http", "https")
# Chromium reports these while a page's own error text, sent with a status of 400 and up, is on show.
_TOLD_BY_PAGE = (
    QWebEngineLoadingInfo.ErrorDomain.HttpStatusCodeDomain,
    QWebEngineLoadingInfo.ErrorDomain.NoErrorDomain,
)
_ABORTED = -3
_Resource = QWebEngineUrlRequestInfo.ResourceType
_TARGET = b"x-amz-target"


class HostedPage(QWebEnginePage):
    """`came_back` carries the redirect's address, which is never loaded; `not_loaded` a word for what went wrong."""

    came_back = Signal(str)
    not_loaded = Signal(str, str)
    link_refused = Signal(str)

    def __init__(self, profile: QWebEngineProfile, is_return: Callable[[str], bool], guard: PageGuard) -> None:
        super().__init__(profile)
        self._is_return = is_return
        self._guard = guard
        self._has_come_back = False
        self.setBackgroundColor(QColor(theme().tokens.surface))
        self.loadingChanged.connect(self._look_at)
        self.permissionRequested.connect(_deny)
        self.certificateError.connect(self._refuse_certificate)

    @override
    def acceptNavigationRequest(self, url: QUrl | str, type: QWebEnginePage.NavigationType, isMainFrame: bool) -> bool:
        target = QUrl(url)
        address = _encoded(target)
        if self._has_come_back:
            return False
        if isMainFrame and self._is_return(address):
            self._has_come_back = True
            self._guard.calls.end("ok")
            self.came_back.emit(address)
            return False
        if isMainFrame and type is QWebEnginePage.NavigationType.NavigationTypeRedirect:
            self._guard.calls.lead_on()
        if target.scheme() in _WEB:
            # Refused here, the page stays on show with what was typed; a request that is blocked leaves a blank one.
            is_form = type is QWebEnginePage.NavigationType.NavigationTypeFormSubmitted
            return self._guard.lets(PageRequest("POST" if is_form else "GET", address))
        if address in ("about:blank", "about:srcdoc"):
            return True
        self.link_refused.emit(target.scheme())
        return False

    @override
    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, lineNumber: int, sourceID: str
    ) -> None:
        """Nothing a page says reaches our log: it may hold addresses with codes."""

    @override
    def chooseFiles(
        self, mode: QWebEnginePage.FileSelectionMode, oldFiles: Sequence[str], acceptedMimeTypes: Sequence[str]
    ) -> list[str]:
        """No page gets a file of the person's."""
        return []

    def _look_at(self, info: QWebEngineLoadingInfo) -> None:
        self._note_end(info)
        if info.status() is not QWebEngineLoadingInfo.LoadStatus.LoadFailedStatus or self._has_come_back:
            return
        if info.errorDomain() in _TOLD_BY_PAGE or info.errorCode() == _ABORTED:
            return
        if self._guard.has_blocked(_encoded(info.url())):
            return  # and said why
        self.not_loaded.emit(info.url().host(), info.errorString())

    def _note_end(self, info: QWebEngineLoadingInfo) -> None:
        calls, code = self._guard.calls, info.errorCode()
        if info.status() is QWebEngineLoadingInfo.LoadStatus.LoadSucceededStatus:
            calls.end("ok")
        elif info.status() is QWebEngineLoadingInfo.LoadStatus.LoadStoppedStatus and not self.isLoading():
            calls.end("abandoned")  # stopped by hand, or nothing to be shown came; what it is left for has not begun
        elif info.status() is QWebEngineLoadingInfo.LoadStatus.LoadFailedStatus and code != _ABORTED:
            is_status = info.errorDomain() is QWebEngineLoadingInfo.ErrorDomain.HttpStatusCodeDomain
            calls.end(str(code) if is_status else info.errorString() or str(code), code if is_status else 0)

    def _refuse_certificate(self, error: QWebEngineCertificateError) -> None:
        error.rejectCertificate()
        self.not_loaded.emit(error.url().host(), "ERR_CERT")


class HostedBrowser(QWidget):
    """View, page and profile of one attempt. The profile keeps nothing: no cache, no cookies, no permissions."""

    def __init__(self, is_return: Callable[[str], bool], guard: PageGuard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.guard = guard
        # Children die in the order they came. A page must be gone before its profile, the view before its page.
        self.view = QWebEngineView(self)
        profile = QWebEngineProfile()
        self.page = HostedPage(profile, is_return, guard)
        self.page.setParent(self)
        profile.setParent(self)
        self.profile = profile
        _restrict(profile)
        # Kept by name: PySide forgets the override of an interceptor that only Qt holds, and lets everything through.
        self._requests = _Requests(guard, self)
        profile.setUrlRequestInterceptor(self._requests)
        self.view.setPage(self.page)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setFocusProxy(self.view)
        WindowKeys(self.view)
        guard.setParent(self)

    @override
    def resizeEvent(self, event: object) -> None:
        self.view.setGeometry(self.rect())

    def open(self, address: str) -> None:
        """Go to an address."""
        self.view.load(QUrl(address))


class _Requests(QWebEngineUrlRequestInterceptor):
    """Every request passes here before it is sent, redirects and scripts' own included."""

    def __init__(self, guard: PageGuard, parent: QWidget) -> None:
        super().__init__(parent)
        self._guard = guard

    @override
    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        if info.requestUrl().scheme() not in _WEB:
            return
        request = _request_of(info)
        if not self._guard.lets(request):
            self._guard.note_blocked(request.url)
            info.block(True)
        elif info.resourceType() is _Resource.ResourceTypeMainFrame:
            self._guard.note_document(request)
        elif info.resourceType() is _Resource.ResourceTypeSubFrame or request.method not in ("GET", "HEAD", "OPTIONS"):
            self._guard.note_script(request)


def _request_of(info: QWebEngineUrlRequestInfo) -> PageRequest:
    headers = {bytes(name.data()).lower(): bytes(value.data()) for name, value in info.httpHeaders().items()}
    method = bytes(info.requestMethod().data()).decode("ascii", "replace")
    return PageRequest(method, _encoded(info.requestUrl()), headers.get(_TARGET, b"").decode("ascii", "replace"))


def _encoded(url: QUrl) -> str:
    return bytes(url.toEncoded().data()).decode()


def _restrict(profile: QWebEngineProfile) -> None:
    profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.NoCache)
    profile.setPersistentCookiesPolicy(QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies)
    profile.setPersistentPermissionsPolicy(QWebEngineProfile.PersistentPermissionsPolicy.AskEveryTime)
    profile.setSpellCheckEnabled(False)
    profile.downloadRequested.connect(_cancel)
    settings = profile.settings()
    for attribute in _OFF:
        settings.setAttribute(attribute, False)
    # So that a redirect to an app's own scheme (myapp://callback) reaches acceptNavigationRequest, which stops it.
    settings.setUnknownUrlSchemePolicy(QWebEngineSettings.UnknownUrlSchemePolicy.AllowAllUnknownUrlSchemes)


def _deny(permission: QWebEnginePermission) -> None:
    permission.deny()


def _cancel(download: QWebEngineDownloadRequest) -> None:
    download.cancel()
